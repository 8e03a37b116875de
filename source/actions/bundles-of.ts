import type {OwnedKind} from '../engine/cloud/cloud.js';
import {createAwsCalls} from '../engine/cloud/ec2/aws-calls.js';
import {systemClock} from '../engine/host/system-clock.js';
import {defaultBucket} from '../engine/migration/migration-options.js';
import {ownedBundles} from '../engine/migration/to-cloud/owned-bundles.js';
import {shortLimits} from '../engine/object-store/short-limits.js';
import type {ActionContext} from './action-context.js';
import {cloudAccess} from './cloud-access.js';
import {listJobs} from './job-folders.js';
import {objectStoreOf} from './object-store-of.js';

/** What this installation has in buckets of a cloud: in its own one where bundles are usual, and where its migrations were told to put any. */
export function bundlesOf(cloud: string, {store, paths}: Pick<ActionContext, 'store' | 'paths'>): OwnedKind {
	const ofMigrations = async () =>
		(await listJobs(paths)).flatMap(({kind, definition}) =>
			kind === 'migration' && definition.cloud === cloud && definition.way === 'bundle' ? definition : [],
		);
	const own = () => defaultBucket(store.data().installation);
	return ownedBundles({
		async reach(work) {
			const access = cloudAccess(cloud, store.data());
			const calls = createAwsCalls(access, systemClock, {attemptTimeoutMs: 15_000, mostAttempts: 3});
			try {
				return await work({calls, store: await objectStoreOf(access, {limits: shortLimits})});
			} finally {
				calls.close();
			}
		},
		async buckets() {
			const isUsual = cloudAccess(cloud, store.data()).traits.migrationWays[0] === 'bundle';
			const told = (await ofMigrations()).flatMap(({bucket}) => bucket ?? []);
			return [...new Set([...(isUsual ? [own()] : []), ...told])];
		},
		isOurs: async (bucket, migration) => bucket === own() || (await ofMigrations()).some(({id}) => id === migration),
	});
}
