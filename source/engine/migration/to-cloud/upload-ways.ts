import {bundleWay} from './bundle-way.js';
import type {RemoteWay} from './cloud-migration.js';
import {ebsDirectWay} from './ebs-direct-way.js';
import type {UploadWay} from './upload-way.js';

/** Undefined: there is no such way yet. */
export const uploadWays: Readonly<Record<RemoteWay, UploadWay | undefined>> = {
	'ebs-direct': ebsDirectWay,
	'import-snapshot': undefined,
	bundle: bundleWay,
};
