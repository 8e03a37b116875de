import {bundleWay} from './bundle-way.js';
import type {RemoteWay} from './cloud-migration.js';
import {ebsDirectWay} from './ebs-direct-way.js';
import {importWay} from './import-way.js';
import type {UploadWay} from './upload-way.js';

export const uploadWays: Readonly<Record<RemoteWay, UploadWay>> = {
	'ebs-direct': ebsDirectWay,
	'import-snapshot': importWay,
	bundle: bundleWay,
};
