const reasons: Readonly<Record<string, string>> = {
	AbortError: 'it did not answer in time',
	EAI_AGAIN: 'its name could not be looked up; is there a network?',
	ECONNREFUSED: 'nothing listens at this address',
	ECONNRESET: 'the connection broke',
	EHOSTUNREACH: 'there is no way to this host',
	ENETUNREACH: 'there is no network',
	ENOTFOUND: 'no such host is known',
	ETIMEDOUT: 'no connection came about in time',
	TimeoutError: 'no connection came about in time',
};

/** Why nothing came from an address, as far as an error and what caused it tell. */
export function networkReason(cause: unknown): string | undefined {
	if (!(cause instanceof Error)) {
		return undefined;
	}

	const {code = '', name} = cause as NodeJS.ErrnoException;
	return reasons[code] ?? reasons[name] ?? networkReason(cause.cause);
}
