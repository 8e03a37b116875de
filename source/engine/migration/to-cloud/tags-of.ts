import {tagNames} from '../../cloud/cloud.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {imageFacts} from './migration-marks.js';

/** Of everything a migration makes: by them it is found again, and tells what it was made of. */
export function tagsOf({
	migration,
	journal,
	version,
}: Pick<CloudMigrationContext, 'migration' | 'journal' | 'version'>): Readonly<Record<string, string>> {
	return {
		[tagNames.installation]: migration.installation,
		'd2cm:migration': migration.id,
		'd2cm:image': migration.image,
		'd2cm:vdi': imageFacts(journal.records)?.fingerprint ?? '',
		'd2cm:version': version,
	};
}
