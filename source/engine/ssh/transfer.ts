import type {Connection} from './connection.js';
import type {SftpFiles} from './sftp-files.js';
import type {TransferOptions} from './shell.js';

/** What a transfer works with. */
export type Transfer = {
	readonly connection: Connection;
	readonly sftp: SftpFiles;
	readonly signal: AbortSignal | undefined;
	/** Tells how many bytes more have arrived, or fewer when some have to be sent again. */
	readonly moved: (bytes: number) => void;
};

/** Files that are under way at once; each keeps a window of its own. */
export const filesAtOnce = 8;
/** Requests of one file that wait for their answer. */
export const requestsAtOnce = 8;

/** Files from this size on are worth a question and a session of their own: whether a part is there, what their SHA-256 is. */
export const largeBytes = 1024 * 1024;

export function createTransfer(
	connection: Connection,
	sftp: SftpFiles,
	totalBytes: number,
	{signal, onProgress}: TransferOptions,
): Transfer {
	let bytes = 0;
	const moved = (more: number) => {
		bytes += more;
		// A file may turn out longer or shorter than its entry said.
		onProgress?.({bytes: Math.min(bytes, totalBytes), totalBytes});
	};
	return {connection, sftp, signal, moved};
}
