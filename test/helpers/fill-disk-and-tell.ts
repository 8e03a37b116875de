import {mkdir, open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {systemClock} from '../../source/engine/host/system-clock.js';
import type {BundleRequest} from '../../source/engine/migration/bundle/bundle-request.js';
import {uploadBundle} from '../../source/engine/migration/bundle/upload-bundle.js';
import {uploadSnapshot} from '../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {importSnapshot} from '../../source/engine/migration/import-snapshot/import-snapshot.js';
import {imageOf, noise} from './bundle-images.js';
import {callsTo} from './ebs-upload.js';
import {startEc2Server} from './ec2-server/ec2-server.js';
import {createMemoryDisk, seedsFor} from './memory-disk.js';
import {memoryJournal} from './memory-journal.js';
import {createMemoryObjectStore} from './memory-object-store.js';

// Uploads by each way from a small disk (FOLDER is one) that is full before the start, or by the first block that is read (a bundle writes down nothing
// then);
// then makes room and uploads again. Prints how each ended.
const [folder = ''] = process.argv.slice(2);
const filler = join(folder, 'filler');
const signal = new AbortController().signal;
const common = {token: 'd2cm-mig-full', description: 'full', tags: {}, signal, workers: 1};

/** Takes the room that is left. */
async function fill(): Promise<void> {
	const handle = await open(filler, 'w');
	try {
		for (;;) {
			await handle.write(Buffer.alloc(4096));
		}
	} catch {
		await handle.close(); // It is full.
	}
}

function diskThatFills(when: 'before' | 'reading') {
	const disk = createMemoryDisk(8 * 2 ** 20, seedsFor(6));
	const {readBlock} = disk;
	let isFull = when === 'before';
	return {
		...disk,
		async readBlock(index: number) {
			if (!isFull) {
				isFull = true;
				await fill();
			}

			return readBlock(index);
		},
	};
}

for (const way of ['ebs-direct', 'import-snapshot', 'bundle'] as const) {
	for (const when of way === 'bundle' ? (['before'] as const) : (['before', 'reading'] as const)) {
		const store = createMemoryObjectStore();
		const server = await startEc2Server({imports: {hasRole: true, volumeGib: 1, source: store}});
		const calls = callsTo(server.url);
		const own = join(folder, `${way}-${when}`);
		await mkdir(own);
		const disk = diskThatFills(when);
		const bundle: BundleRequest = {
			...{store, bucket: 'images', prefix: 'full', userId: '123456789012', architecture: 'x86_64', folder: own, signal},
			image: imageOf(noise(1000)),
			bundler: {name: 'd2cm', version: '1.0', release: '0'},
			keys: {} as BundleRequest['keys'], // It ends before they are needed.
			journal: memoryJournal(),
			clock: systemClock,
		};
		const run = {
			'ebs-direct': async () => uploadSnapshot({...common, calls, folder: own, disk}),
			'import-snapshot': async () => importSnapshot({...common, calls, store, bucket: 'imports', folder: own, disk}),
			bundle: async () => uploadBundle(bundle),
		}[way];
		if (when === 'before') {
			await fill();
		}

		const {name, message, hint} = await run().then(
			() => ({name: 'whole', message: '', hint: ''}),
			error => error,
		);
		await rm(filler, {force: true});
		const left = [
			...server.leftovers(),
			...((await store.bucketState('imports')) === 'ours' ? (await store.list('imports', '')).map(({key}) => key) : []),
		];
		const again = way === 'bundle' ? 'snap-' : ((await run()) as {snapshotId: string}).snapshotId;
		console.log(JSON.stringify({way, when, name, message, hint, left, again}));
		calls.close();
		await server.close();
	}
}
