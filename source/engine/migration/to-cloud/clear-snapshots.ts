import {deleteSnapshot} from '../../cloud/ec2/delete-snapshot.js';
import {SnapshotLeftError} from '../ebs-direct/errors/snapshot-left-error.js';
import {findTaggedSnapshots} from '../ebs-direct/find-snapshot.js';
import {uploadTag} from '../ebs-direct/snapshot-upload.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {uploadToken} from './upload-token.js';

const mostLooks = 20;
const pauseMs = 3000;

/**
Sees to it that no snapshot of a migration is left: a cloud may believe for a while that the AMI it has just forgotten still
uses one.

@throws {SnapshotLeftError}
*/
export async function clearSnapshots(context: CloudMigrationContext): Promise<void> {
	const {calls, signal} = context;
	const token = uploadToken(context);
	for (let look = 1; ; look++) {
		const left = await findTaggedSnapshots(calls, [uploadTag, token], signal);
		if (left.length === 0) {
			return;
		}

		if (look === mostLooks) {
			throw new SnapshotLeftError(left.map(({id}) => id));
		}

		await calls.clock.sleep(pauseMs, signal);
		for (const {id} of left) {
			await deleteSnapshot(calls, {id, isOurs: ({tags}) => tags[uploadTag] === token}, signal);
		}
	}
}
