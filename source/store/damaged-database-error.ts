import {AppError} from '../engine/errors/app-error.js';

/** Neither db.json nor its last good copy can be read. */
export class DamagedDatabaseError extends AppError {
	override readonly name = 'DamagedDatabaseError';
	override readonly hint: string;

	constructor(
		readonly path: string,
		readonly reason: string,
	) {
		super(`${path} is damaged and so is its copy: ${reason}.`);
		this.hint = `Mend it with an editor, or move ${path} and ${path}.bak away to begin anew; jobs and results are kept.`;
	}
}
