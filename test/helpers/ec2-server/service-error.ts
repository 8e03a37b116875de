/** What Amazon answers when it will not: a code, a sentence, and (EBS direct) a reason. */
export class ServiceError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly reason?: string,
	) {
		super(message);
	}
}

export const invalid = (message: string, reason: string) =>
	new ServiceError(400, 'ValidationException', message, reason);
