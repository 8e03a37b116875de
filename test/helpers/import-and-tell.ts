import {importSnapshot} from '../../source/engine/migration/import-snapshot/import-snapshot.js';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {callsTo} from './ebs-upload.js';
import {importBucket, noisyDisk} from './import-trial.js';
import {swiftTraits} from './swift-traits.js';

// Imports a made-up disk by way of a server of objects, as a process of its own that can be killed.
const [url = '', endpoint = '', accessKeyId = '', secretAccessKey = '', folder = '', mib = '0'] = process.argv.slice(2);
const calls = callsTo(url);
await importSnapshot({
	calls,
	store: createS3Store({
		endpoint,
		region: 'us-east-1',
		credentials: {accessKeyId, secretAccessKey},
		traits: swiftTraits,
	}),
	bucket: importBucket,
	disk: noisyDisk(Number(mib)),
	folder,
	token: 'd2cm-mig-killed',
	description: 'killed',
	tags: {},
	signal: new AbortController().signal,
});
calls.close();
