import {AppError, type ErrorSort} from '../../errors/app-error.js';

/** The user says that it is not that of the instance: whoever shows it gets nothing. */
export class HostKeyRefusedError extends AppError {
	override readonly name = 'HostKeyRefusedError';
	override readonly sort: ErrorSort = 'final';
	override readonly hint =
		'Another machine may answer at its address. Migrate the image anew, so that it installs the host key made for it, or find out who answers there.';

	constructor(
		readonly node: string,
		readonly fingerprint: string,
		options?: ErrorOptions,
	) {
		super(`You refused the host key ${fingerprint}, which ${node} shows.`, options);
	}
}
