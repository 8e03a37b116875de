import {createHash} from 'node:crypto';
import type {Cloud} from '../engine/cloud/cloud.js';
import {type CloudTraits, traitsOf} from '../engine/cloud/cloud-traits.js';
import type {Database} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import type {Bounds} from './bounds.js';
import {type CloudAccess, cloudAccess} from './cloud-access.js';
import {findNamed} from './named-entries.js';

/** Connections and lists are kept with an adapter; whatever is changed about a cloud makes another one. */
const opened = new Map<string, Promise<Cloud>>();

/**
The adapter for a cloud of the database: the one place that knows which there are.

@throws {UnknownNameError}
@throws {NoCredentialError}
@throws {UnreadableCaError}
*/
export async function openCloud(
	name: string,
	database: Database,
	paths: HomePaths,
	bounds: Bounds = {},
): Promise<Cloud> {
	const {adapter} = traitsOf(findNamed('cloud', database.clouds, name).kind);
	return openers[adapter](name, database, paths, bounds);
}

type Opener = typeof openCloud;

const openQemu: Opener = async (name, {settings}, {local}) => {
	const {createLocalCloud} = await import('../engine/cloud/local/local-cloud.js');
	return createLocalCloud({
		folder: local,
		name,
		extraTypes: settings.localTypes,
		cpuOvercommit: settings.localCpuOvercommit,
	});
};

const openKeptEc2: Opener = async (name, database, _, bounds = {}) => {
	const access = cloudAccess(name, database);
	const key = createHash('sha256')
		.update(JSON.stringify([access.cloud, access.credential, access.ca, database.installation, bounds]))
		.digest('hex');
	const cloud = opened.get(key) ?? openEc2(name, access, database.installation, bounds);
	opened.set(key, cloud);
	return cloud;
};

const openers: Readonly<Record<CloudTraits['adapter'], Opener>> = {qemu: openQemu, ec2: openKeptEc2};

async function openEc2(
	name: string,
	access: CloudAccess,
	installation: string,
	{limits, patience}: Bounds,
): Promise<Cloud> {
	const [{createEc2Cloud}, {headnodeAddress}, {systemClock}, {vcpuQuotas}, {quotasOf}, {stagingOf}, {withStaging}] =
		await Promise.all([
			import('../engine/cloud/ec2/ec2-cloud.js'),
			import('../engine/cloud/ec2/headnode-address.js'),
			import('../engine/host/system-clock.js'),
			import('../engine/cloud/prices/vcpu-quotas.js'),
			import('./quotas-of.js'),
			import('./staging-of.js'),
			import('../engine/deployments/staging/with-staging.js'),
		]);
	const {sshFrom, sshPort} = access.cloud;
	const readQuota = quotasOf(access, new AbortController().signal);
	const staging = await stagingOf(access, installation, limits);
	const cloud = createEc2Cloud({
		name,
		access,
		traits: access.traits,
		clock: systemClock,
		installation,
		sshPort,
		...(patience && {patience}),
		...(readQuota && {vcpuLimits: vcpuQuotas(readQuota)}),
		headnode: async () =>
			headnodeAddress({setting: sshFrom, ...(access.ec2Url !== undefined && {endpoint: access.ec2Url})}),
	});
	return staging ? withStaging(cloud, staging) : cloud;
}
