import {randomUUID} from 'node:crypto';
import {cloudSchema, currentVersion, type Database, databaseSchema} from './database.js';

const amazon = (region: string) =>
	cloudSchema.parse({
		name: region,
		kind: 'ec2',
		region,
		ec2Url: `https://ec2.${region}.amazonaws.com`,
		s3Url: `https://s3.${region}.amazonaws.com`,
	});

/** What a new data folder begins with: the cloud of this machine, and Amazon's regions the original tool knew. */
export function newDatabase(): Database {
	return databaseSchema.parse({
		version: currentVersion,
		installation: randomUUID(),
		clouds: [{name: 'local', kind: 'local'}, amazon('us-east-1'), amazon('eu-west-1'), amazon('us-west-1')],
	} satisfies Partial<Record<keyof Database, unknown>>);
}
