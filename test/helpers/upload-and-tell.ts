import {join} from 'node:path';
import {uploadSnapshot} from '../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {callsTo} from './ebs-upload.js';
import {createMemoryDisk, seedsFor} from './memory-disk.js';

// Uploads a made-up disk of so many blocks to the server at URL, as a process of its own that can be killed.
const [url = '', folder = '', blocks = '0'] = process.argv.slice(2);
const calls = callsTo(url);
const {snapshotId, sentBlocks} = await uploadSnapshot({
	calls,
	disk: createMemoryDisk(32 * 2 ** 20, seedsFor(Number(blocks))),
	folder: join(folder),
	token: 'd2cm-mig-killed',
	description: 'killed',
	tags: {},
	signal: new AbortController().signal,
	workers: 4,
});
calls.close();
console.log(JSON.stringify({snapshotId, sentBlocks}));
