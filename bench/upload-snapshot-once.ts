// Uploads a made-up disk in a process of its own and prints what it cost, as one line of JSON.
import {createAwsCalls} from '../source/engine/cloud/ec2/aws-calls.js';
import {systemClock} from '../source/engine/host/system-clock.js';
import {readBlockMap} from '../source/engine/migration/ebs-direct/block-map-file.js';
import {uploadSnapshot} from '../source/engine/migration/ebs-direct/upload-snapshot.js';
import {testKeys} from '../test/helpers/ec2-server/ec2-server.js';
import {createMemoryDisk, seedsFor} from '../test/helpers/memory-disk.js';
import {wallMs} from './wall-ms.js';

const [url = '', folder = '', diskGib = '1', blocks = '0', changed = '0', parentId, parentMap] = process.argv.slice(2);
const calls = createAwsCalls({region: 'us-east-1', keys: testKeys, ec2Url: url, ebsUrl: url}, systemClock);
const seeds = seedsFor(Number(blocks));
const step = Math.floor(Number(blocks) / Math.max(1, Number(changed)));
for (let index = 0; index < Number(changed); index++) {
	seeds.set(index * step, 1_000_000 + index);
}

const startRss = process.memoryUsage().rss;
let snapshotId = '';
const uploadMs = await wallMs(async () => {
	const uploaded = await uploadSnapshot({
		calls,
		disk: createMemoryDisk(Number(diskGib) * 2 ** 30, seeds),
		folder,
		token: `d2cm-bench-${changed}`,
		description: 'bench',
		tags: {},
		...(parentId && parentMap ? {parent: {snapshotId: parentId, blocks: await readBlockMap(parentMap)}} : {}),
		signal: new AbortController().signal,
	});
	snapshotId = uploaded.snapshotId;
});
calls.close();
const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
const peakRssMib = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({snapshotId, uploadMs: Math.round(uploadMs), startRssMib: mib(startRss), peakRssMib}));
