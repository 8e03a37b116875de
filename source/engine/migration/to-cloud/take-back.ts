import {CloudRefusedError} from '../../cloud/ec2/errors/cloud-refused-error.js';
import {NotAllowedError} from '../../cloud/ec2/errors/not-allowed-error.js';
import {refusal} from '../../cloud/ec2/refusal.js';
import {deregisterAmi} from '../../cloud/ec2/remove-ami.js';
import {AppError} from '../../errors/app-error.js';
import {isBegun} from '../../jobs/step-marks.js';
import {AmiFailedError} from '../ebs-direct/errors/ami-failed-error.js';
import {AmiNameTakenError} from '../ebs-direct/errors/ami-name-taken-error.js';
import {AmiNotPrivateError} from '../ebs-direct/errors/ami-not-private-error.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {steps, uploaded} from './migration-marks.js';
import {outlast} from './outlast.js';
import {registerUploaded} from './register-uploaded.js';
import type {UploadWay} from './upload-way.js';

/** Takes away all that this job has in the cloud, and sees that it is gone. May be called again. */
export async function takeBack(unfinished: CloudMigrationContext, way: UploadWay): Promise<void> {
	// The user's own signal is aborted already.
	const context = {...unfinished, signal: new AbortController().signal};
	const {journal, say, amiName} = context;
	const source = uploaded(journal.records);
	await say('Taking away what was sent');
	if (source && isBegun(journal.records, steps.register)) {
		const id = await outlast(context, async () => amiId(context, source));
		if (id !== undefined) {
			await outlast(context, async () =>
				deregisterAmi(context.calls, {imageId: id, isOurs: ({name}) => name === amiName}, context.signal),
			);
		}
	}

	await journal.append({kind: 'step', step: steps.discard, mark: 'started'});
	await outlast(context, async () => way.discard(context));
	await journal.append({kind: 'step', step: steps.discard, mark: 'finished'});
	await say('Nothing of it is left in the cloud');
}

/**
Of an AMI whose registration was begun. A look at the cloud does not show for certain that there is none, since what is new
may not be seen yet; registering it again does tell.
*/
async function amiId(...[context, source]: Parameters<typeof registerUploaded>): Promise<string | undefined> {
	try {
		return (await registerUploaded(context, source)).id;
	} catch (error) {
		const told = refusal(error) ?? error;
		if (told instanceof AmiFailedError || told instanceof AmiNotPrivateError) {
			return told.imageId;
		}

		const isNone =
			told instanceof AmiNameTakenError || told instanceof NotAllowedError || told instanceof CloudRefusedError;
		if (isNone && told instanceof AppError) {
			return undefined;
		}

		throw error;
	}
}
