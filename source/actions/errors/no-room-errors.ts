import {AppError} from '../../engine/errors/app-error.js';
import {fileReason} from '../../engine/host/file-reason.js';

/** The wish that a job should end cannot be told to it: it has no file for that, and its process does not hear us. */
export class NoRoomForWishError extends AppError {
	override readonly name = 'NoRoomForWishError';
	override readonly hint =
		'Make room in the data folder and try again; once its process is gone, `d2cm reap --yes` removes what it has, and needs no room.';

	constructor(
		readonly id: string,
		cause: unknown,
	) {
		super(`Job ${id} was not told to end: ${fileReason(cause)}.`, {cause});
	}
}

/** No process can work on a job, for it could write nothing down. */
export class NoRoomForJobError extends AppError {
	override readonly name = 'NoRoomForJobError';
	override readonly hint: string;

	constructor(id: string, folder: string, cause: unknown) {
		super(`No process can work on job ${id}: in ${folder} nothing can be written, since ${fileReason(cause)}.`, {
			cause,
		});
		this.hint = `Mend that, then run \`d2cm resume ${id}\`; or remove what it has by \`d2cm reap --yes\`, which needs no room.`;
	}
}
