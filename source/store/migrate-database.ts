import {currentVersion} from './database.js';

/** From the version given to the next one. Entries are added here when `currentVersion` is raised, and never removed. */
export type DatabaseMigrations = Readonly<
	Record<number, (data: Readonly<Record<string, unknown>>) => Record<string, unknown>>
>;

const released: DatabaseMigrations = {};

/** Brings a database of any earlier version to the one wanted, step by step. */
export function migrateDatabase(
	data: Readonly<Record<string, unknown>>,
	migrations: DatabaseMigrations = released,
	target: number = currentVersion,
): Record<string, unknown> {
	let migrated = {...data};
	for (let version = Number(data.version); version < target; version++) {
		const step = migrations[version];
		if (!step) {
			throw new Error(`There is no way from version ${version} of the database.`);
		}

		migrated = {...step(migrated), version: version + 1};
	}

	return migrated;
}
