import {readFileSync} from 'node:fs';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {uploadObject} from '../../source/engine/object-store/upload-object.js';
import {swiftTraits} from './swift-traits.js';

// Uploads the first four parts of a file to bucket `images` as `disk`, printing where it could be resumed, then each progress,
// and waits to be killed.
const [endpoint = '', accessKeyId = '', secretAccessKey = '', file = '', partBytes = '0'] = process.argv.slice(2);
const body = readFileSync(file);
await uploadObject({
	store: createS3Store({
		endpoint,
		region: 'us-east-1',
		credentials: {accessKeyId, secretAccessKey},
		traits: swiftTraits,
	}),
	bucket: 'images',
	key: 'disk',
	bytes: body.length,
	partBytes: Number(partBytes),
	workers: 1,
	async *open() {
		yield body.subarray(0, 4 * Number(partBytes));
		await new Promise(resolve => setTimeout(resolve, 3_600_000));
		yield body.subarray(4 * Number(partBytes));
	},
	async onBegin(point) {
		console.log(JSON.stringify(point));
	},
	onProgress: progress => console.log(JSON.stringify(progress)),
});
