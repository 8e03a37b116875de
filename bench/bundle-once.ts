// Bundles a raw image into a bucket, in a process of its own, as a job does; what and where comes on standard input.
import {text} from 'node:stream/consumers';
import {systemClock} from '../source/engine/host/system-clock.js';
import {readBundleKeys} from '../source/engine/migration/bundle/bundle-keys.js';
import {uploadBundle} from '../source/engine/migration/bundle/upload-bundle.js';
import {openPlainFile} from '../source/engine/migration/plain-file/open-plain-file.js';
import {createS3Store} from '../source/engine/object-store/s3-store.js';
import {swiftTraits} from '../test/helpers/swift-traits.js';

const {server, keyFiles, file, folder, bucket} = JSON.parse(await text(process.stdin));
const image = await openPlainFile(file);
await uploadBundle({
	image,
	store: createS3Store({...server, traits: swiftTraits}),
	bucket,
	prefix: 'ours',
	userId: '123456789012',
	architecture: 'x86_64',
	bundler: {name: 'd2cm', version: '0', release: '0'},
	keys: await readBundleKeys(keyFiles),
	folder,
	journal: {records: [], append: async () => undefined},
	signal: new AbortController().signal,
	clock: systemClock,
});
await image.close();
