import {refusal} from '../../cloud/ec2/refusal.js';
import {AppError} from '../../errors/app-error.js';
import type {OpenGuest} from '../../images/open-guest.js';
import {StoreUnavailableError} from '../../object-store/errors/store-unavailable-error.js';
import {findWriter} from '../find-writer.js';
import {VdiInUseError} from '../vdi-in-use-error.js';
import {checkBeforeStart} from './check-before-start.js';
import type {CloudMigrationRequest} from './cloud-migration.js';
import {contextOf} from './context-of.js';
import {uploadWays} from './upload-ways.js';

/** What would stop a migration, as far as that can be known without making anything. */
export async function findObstacle(
	request: CloudMigrationRequest,
	guest: OpenGuest,
	say: (remark: string) => Promise<void>,
): Promise<AppError | undefined> {
	const {file, way: wayName} = request.migration;
	const way = uploadWays[wayName];
	const writer = await findWriter(file);
	if (writer) {
		return new VdiInUseError(file, `is open for writing in ${writer}`);
	}

	try {
		await checkBeforeStart({...contextOf(request), guest, say}, way);
		return undefined;
	} catch (error) {
		// A store that is away now need not be when the job asks it, which is more patient. It is asked last.
		if (error instanceof StoreUnavailableError) {
			const {bucket = ''} = request.migration;
			await say(`Whether the bucket ${bucket} can be used could not be checked: ${error.message}`);
			return undefined;
		}

		const told = refusal(error) ?? error;
		if (told instanceof AppError) {
			return told;
		}

		throw error;
	}
}
