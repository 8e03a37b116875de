// Sends one raw disk by one way in a process of its own, as a job does; what and where comes on standard input.
import {text} from 'node:stream/consumers';
import {createAwsCalls} from '../source/engine/cloud/ec2/aws-calls.js';
import {systemClock} from '../source/engine/host/system-clock.js';
import {readBundleKeys} from '../source/engine/migration/bundle/bundle-keys.js';
import {imageOfDisk} from '../source/engine/migration/bundle/image-of-disk.js';
import {uploadBundle} from '../source/engine/migration/bundle/upload-bundle.js';
import {openMappedDisk} from '../source/engine/migration/ebs-direct/open-mapped-disk.js';
import {uploadSnapshot} from '../source/engine/migration/ebs-direct/upload-snapshot.js';
import type {ObjectStore} from '../source/engine/object-store/object-store.js';
import {testKeys} from '../test/helpers/ec2-server/ec2-server.js';
import {createMemoryObjectStore} from '../test/helpers/memory-object-store.js';

type Order = {
	readonly way: 'ebs-direct' | 'bundle';
	readonly file: string;
	readonly folder: string;
	/** Of EC2 and EBS direct. */
	readonly url: string;
	readonly keyFiles: Parameters<typeof readBundleKeys>[0];
};

const {way, file, folder, url, keyFiles} = JSON.parse(await text(process.stdin)) as Order;
const signal = new AbortController().signal;

if (way === 'ebs-direct') {
	const calls = createAwsCalls({region: 'us-east-1', keys: testKeys, ec2Url: url, ebsUrl: url}, systemClock);
	const disk = await openMappedDisk(file, 'raw');
	await uploadSnapshot({calls, disk, folder, token: 'd2cm-scale', description: 'scale', tags: {}, signal});
	await disk.close();
	calls.close();
} else {
	const disk = await openMappedDisk(file, 'raw');
	const image = await imageOfDisk(disk);
	// A store that forgets what it is given: reading, compressing, encrypting and cutting are what is measured.
	const store: ObjectStore = {...createMemoryObjectStore(), put: async () => undefined, under: () => store};
	await uploadBundle({
		...{image, store, bucket: 'bench', prefix: 'scale', userId: '123456789012', architecture: 'x86_64', folder, signal},
		bundler: {name: 'd2cm', version: '0', release: '0'},
		keys: await readBundleKeys(keyFiles),
		journal: {records: [], append: async () => undefined},
		clock: systemClock,
	});
	await disk.close();
}
