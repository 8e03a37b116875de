// Uploads one file to Swift in a process of its own; where and with which keys is told on standard input.
import {stat} from 'node:fs/promises';
import {text} from 'node:stream/consumers';
import {fileChunks} from '../source/engine/host/file-chunks.js';
import {createS3Store} from '../source/engine/object-store/s3-store.js';
import {uploadObject} from '../source/engine/object-store/upload-object.js';
import {swiftTraits} from '../test/helpers/swift-traits.js';

type Order = {
	readonly endpoint: string;
	readonly region: string;
	readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string};
	readonly bucket: string;
	readonly key: string;
	readonly file: string;
};

const {bucket, key, file, ...server} = JSON.parse(await text(process.stdin)) as Order;
await uploadObject({
	store: createS3Store({...server, traits: swiftTraits}),
	bucket,
	key,
	bytes: (await stat(file)).size,
	open: () => fileChunks(file),
});
