import {readLocalImage} from '../engine/cloud/local/local-image.js';
import type {ImageOrigin} from '../engine/deployments/deployment.js';
import {imageFacts} from '../engine/migration/to-cloud/migration-marks.js';
import type {AmiEntry} from '../store/database.js';
import {type HomePaths, jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import {migrationFolder} from './job-folders.js';

/** From which VDI an AMI was made, and what was changed in it, as far as its migration is still there. */
export async function imageOrigin(
	paths: HomePaths,
	{id, migration, image}: Pick<AmiEntry, 'id' | 'migration' | 'image'>,
): Promise<ImageOrigin> {
	const records = await readJournal(jobPaths(migrationFolder(paths, migration)).journal).then(
		journal => journal.records,
		() => [],
	);
	const local = await readLocalImage(paths.local, id).catch(() => undefined);
	const fingerprint = imageFacts(records)?.fingerprint ?? local?.vdi.fingerprint;
	return {
		image,
		migration,
		...(local && {file: local.vdi.file}),
		...(fingerprint !== undefined && {vdiFingerprint: fingerprint}),
		fixUps: records.flatMap(record =>
			record.kind === 'event' && record.message.startsWith('Fixed ') ? [record.message.slice('Fixed '.length)] : [],
		),
	};
}
