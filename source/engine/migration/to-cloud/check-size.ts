import {needed} from '../disk-steps.js';
import {volumeGibOf} from '../ebs-direct/volume-gib.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {DiskTooLargeError} from './errors/disk-too-large-error.js';

/** A disk the cloud would not take by this way, whatever it holds. @throws {DiskTooLargeError} */
export async function checkSize({
	guest,
	migration,
	rules,
	say,
}: Pick<CloudMigrationContext, 'guest' | 'migration' | 'rules' | 'say'>): Promise<void> {
	const {virtualBytes} = needed(guest).report.vdi;
	const {mostGib, label, migrationWays} = rules;
	const most = mostGib[migration.way];
	if (most === undefined) {
		await say(`How large a disk ${migration.cloud} takes is not known here`);
		return;
	}

	const gib = volumeGibOf(virtualBytes);
	if (gib > most) {
		const others = migrationWays.filter(way => gib <= (mostGib[way] ?? 0));
		throw new DiskTooLargeError({gib, most, way: migration.way, cloud: label, others});
	}
}
