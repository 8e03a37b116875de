import {deleteSnapshot} from '../../cloud/ec2/delete-snapshot.js';
import type {Removable} from '../../cloud/ec2/remove-ours.js';
import {findTaggedSnapshots} from '../ebs-direct/find-snapshot.js';
import {uploadTag} from '../ebs-direct/snapshot-upload.js';
import {isRefusal} from '../is-refusal.js';
import {cancelImport} from './cancel-import.js';
import {ImportLeftError} from './errors/import-left-error.js';
import {MissingImportRoleError} from './errors/missing-import-role-error.js';
import {type ImportRecord, readImportRecord, removeImportRecord} from './import-record.js';
import {removeObject} from './remove-object.js';
import type {SnapshotImport} from './snapshot-import.js';
import {askToImport} from './start-import.js';

type Discarded = Pick<SnapshotImport, 'calls' | 'store' | 'folder' | 'token' | 'signal'>;

/**
Takes away whatever an import has left in the cloud, also one of a killed process: task, snapshot (not one that an AMI uses),
object. May be called again; `signal` ends the cleaning itself.

@throws {ImportLeftError} When the cloud cannot be asked; names what is left.
*/
export async function discardImport(request: Discarded): Promise<void> {
	const {folder, store, signal} = request;
	const discarded = {...request, store: store.under(signal)};
	const record = await readImportRecord(folder);
	if (!record) {
		// Written before the first request: nothing was asked for.
		return;
	}

	const failures: unknown[] = [];
	const left: string[] = [];
	const attempt = async (what: string, work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			failures.push(error);
			left.push(...(error instanceof ImportLeftError ? error.left : [what]));
		}
	};
	await attempt(nameOf(record), async () => discardTask(discarded, record));
	await attempt('', async () => removeObject(discarded, record));
	if (failures.length > 0) {
		throw new ImportLeftError(left, {cause: failures[0]});
	}

	await removeImportRecord(folder);
}

function nameOf({snapshotId, taskId}: ImportRecord): string {
	return snapshotId === undefined ? `the import ${taskId ?? 'that was begun'}` : `the snapshot ${snapshotId}`;
}

async function discardTask({calls, token, signal}: Discarded, record: ImportRecord): Promise<void> {
	if (!record.start) {
		return;
	}

	const taskId = record.taskId ?? (await idOfLostTask({calls, signal}, record.start));
	const made = taskId === undefined ? undefined : await cancelImport(calls, taskId, signal);
	const tagged = taskId === undefined ? [] : await findTaggedSnapshots(calls, [uploadTag, token], signal);
	const doomed = new Set([record.snapshotId ?? [], made ?? [], tagged.map(({id}) => id)].flat());
	// An import tags nothing: until that is done, only the cloud's description tells of which task a snapshot is.
	const isOurs = ({tags, description = ''}: Removable) =>
		tags[uploadTag] === token || (taskId !== undefined && description.split(' ').includes(taskId));
	for (const id of doomed) {
		await deleteSnapshot(calls, {id, isOurs, isRecorded: true}, signal);
	}
}

/** The reply was lost, perhaps. Asked again with its token, the cloud tells the id; or it refuses, and then nothing was begun. */
async function idOfLostTask(
	asked: Pick<SnapshotImport, 'calls' | 'signal'>,
	start: NonNullable<ImportRecord['start']>,
): Promise<string | undefined> {
	try {
		return await askToImport(asked, start);
	} catch (error) {
		if (error instanceof MissingImportRoleError || isRefusal(error)) {
			return undefined;
		}

		throw error;
	}
}
