import type {Cloud} from '../engine/cloud/cloud.js';
import type {Database} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import {UnsupportedCloudError} from './errors/unsupported-cloud-error.js';
import {findNamed} from './named-entries.js';

/**
The adapter for a cloud of the database: the one place that knows which there are.

@throws {UnknownNameError}
@throws {UnsupportedCloudError}
*/
export async function openCloud(name: string, {clouds, settings}: Database, {local}: HomePaths): Promise<Cloud> {
	const {kind} = findNamed('cloud', clouds, name);
	if (kind !== 'local') {
		throw new UnsupportedCloudError(name, kind);
	}

	const {createLocalCloud} = await import('../engine/cloud/local/local-cloud.js');
	return createLocalCloud({
		folder: local,
		name,
		extraTypes: settings.localTypes,
		cpuOvercommit: settings.localCpuOvercommit,
	});
}
