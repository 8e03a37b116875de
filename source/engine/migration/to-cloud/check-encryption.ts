import {MigrationOptionError} from '../migration-option-error.js';
import type {CloudMigrationContext} from './cloud-migration.js';

/** Says with what the snapshot is encrypted. @throws {MigrationOptionError} For a key that is not where the snapshot will be. */
export async function checkEncryption({
	migration: {encrypted, kmsKey, cloud},
	calls,
	say,
}: Pick<CloudMigrationContext, 'migration' | 'calls' | 'say'>): Promise<void> {
	const region = kmsKey?.split(':')[3];
	if (region !== undefined && region !== calls.region) {
		throw new MigrationOptionError(
			`The KMS key is in ${region}, and ${cloud} in ${calls.region}: a snapshot takes a key of its own region only.`,
			`Choose a key of ${calls.region}, or leave it out.`,
		);
	}

	if (encrypted) {
		await say(`The snapshot will be encrypted with ${kmsKey ?? "the account's own key for EBS"}`);
	}
}
