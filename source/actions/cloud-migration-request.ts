import {createAwsCalls} from '../engine/cloud/ec2/aws-calls.js';
import {systemClock} from '../engine/host/system-clock.js';
import type {Journal} from '../engine/jobs/journal.js';
import type {CloudMigrationRequest} from '../engine/migration/to-cloud/cloud-migration.js';
import {troubleNews} from '../engine/migration/to-cloud/trouble-news.js';
import type {Database} from '../store/database.js';
import type {Bounds} from './bounds.js';
import {cloudAccess} from './cloud-access.js';
import {objectStoreOf} from './object-store-of.js';
import {quotasOf} from './quotas-of.js';
import {version} from './version.js';

type Job = Pick<CloudMigrationRequest, 'migration' | 'workFolder' | 'signal'> & {readonly journal: Journal};

/** What a migration to a cloud of the database needs of the world. `calls` is to be closed. */
export async function cloudMigrationRequest(
	job: Job,
	database: Database,
	{patience, limits}: Bounds = {},
): Promise<CloudMigrationRequest> {
	const access = cloudAccess(job.migration.cloud, database);
	const {traits, accountId, credential, cloud} = access;
	const onTrouble = troubleNews({journal: job.journal, clock: systemClock});
	return {
		...job,
		calls: createAwsCalls(access, systemClock, {onTrouble, ...patience}),
		rules: traits,
		readQuota: quotasOf(access, job.signal),
		store: await objectStoreOf(access, {onTrouble, ...(limits && {limits})}),
		accountId,
		keyFiles: {
			userCertificate: credential.certificate,
			userKey: credential.privateKey,
			cloudCertificate: cloud.cloudCertificate,
		},
		version,
		clock: systemClock,
	};
}
