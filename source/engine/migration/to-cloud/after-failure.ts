import {ClockSkewError} from '../../cloud/ec2/errors/clock-skew-error.js';
import {CloudUntrustedError} from '../../cloud/ec2/errors/cloud-untrusted-error.js';
import {KeysRefusedError} from '../../cloud/ec2/errors/keys-refused-error.js';
import {NoCloudThereError} from '../../cloud/ec2/errors/no-cloud-there-error.js';
import {refusal} from '../../cloud/ec2/refusal.js';
import {AppError} from '../../errors/app-error.js';
import {CancelledError} from '../../errors/cancelled-error.js';
import {NotEnoughDiskError} from '../../host/not-enough-disk-error.js';
import {JobSuspendedError} from '../../jobs/job-suspended-error.js';
import {isBegun} from '../../jobs/step-marks.js';
import {ClockSkewError as StoreClockSkewError} from '../../object-store/errors/clock-skew-error.js';
import {StoreKeysError} from '../../object-store/errors/store-keys-error.js';
import {StoreUntrustedError} from '../../object-store/errors/store-untrusted-error.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {forgetWork} from './forget-work.js';
import {steps} from './migration-marks.js';
import {isAway} from './outlast.js';
import {takeBack} from './take-back.js';
import type {UploadWay} from './upload-way.js';

/** What does not take the bytes back that are there already: the user mends it and goes on. */
const mendable = [
	KeysRefusedError,
	StoreKeysError,
	ClockSkewError,
	StoreClockSkewError,
	CloudUntrustedError,
	NoCloudThereError,
	StoreUntrustedError,
	NotEnoughDiskError,
];

/**
What a failed migration ends with. It leaves nothing in the cloud, or it is suspended and says so. An error of ours comes
back as it is, and everything stays.
*/
export async function afterFailure(context: CloudMigrationContext, way: UploadWay, error: unknown): Promise<unknown> {
	const {migration, journal, signal, workFolder} = context;
	const cause = told(error, signal, workFolder);
	if (!(cause instanceof AppError)) {
		return cause;
	}

	const isWaiting = isAway(cause) || mendable.some(kind => cause instanceof kind);
	if (isBegun(journal.records, steps.upload)) {
		if (isWaiting && !signal.aborted) {
			const hint = `${cause.hint} Then go on with \`d2cm resume ${migration.id}\`, or take it away with \`d2cm cancel ${migration.id}\`.`;
			return new JobSuspendedError(`${cause.message} What was sent is kept in the cloud.`, hint, {cause});
		}

		try {
			await takeBack(context, way);
		} catch (left) {
			return leftBehind(context, cause, refusal(left) ?? left);
		}
	}

	await forgetWork(context);
	return cause;
}

function told(error: unknown, signal: AbortSignal, folder: string): unknown {
	if (signal.aborted) {
		return new CancelledError('The migration');
	}

	const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
	return isFull ? new NotEnoughDiskError(folder, error.message, {cause: error}) : (refusal(error) ?? error);
}

function leftBehind({migration}: CloudMigrationContext, cause: AppError, left: unknown): unknown {
	if (!(left instanceof AppError)) {
		return left;
	}

	const message = `${cause.message} What was sent could not be taken away: ${left.message}`;
	const hint = `${left.hint} Then take it away with \`d2cm cancel ${migration.id}\`.`;
	return new JobSuspendedError(message, hint, {cause: left});
}
