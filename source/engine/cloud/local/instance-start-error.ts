import {AppError} from '../../errors/app-error.js';

/** QEMU did not come up for an instance. */
export class InstanceStartError extends AppError {
	override readonly name = 'InstanceStartError';
	override readonly hint = 'Run `d2cm doctor` to check QEMU on this machine.';

	constructor(
		readonly instanceId: string,
		lastWords: string,
		options?: ErrorOptions,
	) {
		super(`The instance ${instanceId} could not be started; QEMU said: ${lastWords || 'nothing'}.`, options);
	}
}
