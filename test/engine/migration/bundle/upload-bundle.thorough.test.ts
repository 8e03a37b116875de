import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {buffer} from 'node:stream/consumers';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {CancelledError} from '../../../../source/engine/errors/cancelled-error.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import type {BundleRequest} from '../../../../source/engine/migration/bundle/bundle-request.js';
import {BundleExistsError} from '../../../../source/engine/migration/bundle/errors/bundle-exists-error.js';
import {BundleNameError} from '../../../../source/engine/migration/bundle/errors/bundle-name-error.js';
import {BundleOwnerError} from '../../../../source/engine/migration/bundle/errors/bundle-owner-error.js';
import {EmptyImageError} from '../../../../source/engine/migration/bundle/errors/empty-image-error.js';
import {ShortImageError} from '../../../../source/engine/migration/bundle/errors/short-image-error.js';
import {partBytes} from '../../../../source/engine/migration/bundle/make-bundle-parts.js';
import {cancelBundle, uploadBundle} from '../../../../source/engine/migration/bundle/upload-bundle.js';
import {BucketNameError} from '../../../../source/engine/object-store/errors/bucket-name-error.js';
import {BucketTakenError} from '../../../../source/engine/object-store/errors/bucket-taken-error.js';
import type {ObjectStore} from '../../../../source/engine/object-store/object-store.js';
import type {BundleCertificates} from '../../../helpers/bundle-certificates.js';
import {imageOf, noise} from '../../../helpers/bundle-images.js';
import {bundleRequest} from '../../../helpers/bundle-request.js';
import {memoryJournal} from '../../../helpers/memory-journal.js';
import type {MemoryObjectStore} from '../../../helpers/memory-object-store.js';
import {openBundle} from '../../../helpers/open-bundle.js';

/** Two whole parts and a little. */
const disk = noise(2 * partBytes + 100_000);
const objects = ['desktop.manifest.xml', 'desktop.part.00', 'desktop.part.01', 'desktop.part.02'];

const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

const keysIn = async (store: ObjectStore) => (await store.list('images', '')).map(({key}) => key);

const putsIn = ({calls}: MemoryObjectStore, from = 0) =>
	calls
		.slice(from)
		.filter(call => call.startsWith('put '))
		.map(call => call.slice(4));

async function assertOpens(
	{store, folder: job}: BundleRequest,
	certificates: BundleCertificates,
	bytes: Buffer,
): Promise<void> {
	const opened = join(job, 'opened');
	const place = {bucket: 'images', location: 'images/desktop.manifest.xml'};
	await (await openBundle(store, place, certificates, opened)).untar('tar -x');
	assert.ok((await readFile(join(opened, 'desktop'))).equals(bytes));
}

test('the manifest is put last, and nothing secret is left or written down', async t => {
	const {request, store} = await bundleRequest(t, disk);
	const secretFile = join(request.folder, 'bundle-secret.json');
	let secret = '';
	store.onCall = async call => {
		if (call === 'put desktop.part.01') {
			assert.equal((await stat(secretFile)).mode & 0o777, 0o600);
			secret = await readFile(secretFile, 'utf8');
		}
	};

	await uploadBundle(request);

	assert.equal(putsIn(store).at(-1), 'desktop.manifest.xml');
	assert.deepEqual(await keysIn(store), objects);
	await assert.rejects(stat(secretFile), {code: 'ENOENT'});
	const [key = '', iv = ''] = secret.match(/[0-9a-f]{32}/g) ?? [];
	assert.ok(key && iv);
	const written = JSON.stringify(request.journal.records);
	assert.ok(!written.includes(key) && !written.includes(iv));
});

test('parts leave while later ones are made, and a slow store holds the reading back', async t => {
	const {request, store} = await bundleRequest(t, noise(8 * partBytes));
	let readAtFirstPut: number | undefined;
	let open: (() => void) | undefined;
	const gate = new Promise<void>(resolve => {
		open = resolve;
	});
	store.onCall = async call => {
		if (call.startsWith('put')) {
			readAtFirstPut ??= request.image.readBytes;
			await gate;
		}
	};

	const uploading = uploadBundle({...request, uploads: 2});
	while (readAtFirstPut === undefined) {
		await delay(10);
	}

	assert.ok(readAtFirstPut < 3 * partBytes);
	while (putsIn(store).length < 2 || request.image.readBytes < 3 * partBytes) {
		await delay(10);
	}

	let before = -1;
	while (before !== request.image.readBytes) {
		before = request.image.readBytes;
		await delay(300);
	}

	assert.ok(before < 6 * partBytes, `${before} bytes were read`);
	assert.equal(putsIn(store).length, 2);
	open?.();
	await uploading;
});

test('a crash at any record is resumed to one whole bundle', async t => {
	const {request, store} = await bundleRequest(t, noise(partBytes + 100_000));
	// Time stands still, so that no record is one of progress.
	const clock = {...systemClock, now: () => new Date(0)};
	const whole = memoryJournal();
	await uploadBundle({...request, clock, prefix: 'whole', journal: whole});
	assert.equal(whole.records.length, 4);

	for (let crashAt = 1; crashAt <= whole.records.length; crashAt++) {
		for (const moment of ['beforeAppend', 'afterAppend'] as const) {
			const prefix = `crash-${crashAt}-${moment}`;
			const crash = async (seq: number) => {
				if (seq >= crashAt) {
					throw new Error('crash');
				}
			};
			const broken = {...request, clock, prefix, journal: memoryJournal([], {[moment]: crash})};
			await assert.rejects(uploadBundle(broken), /crash/);

			const journal = memoryJournal([...broken.journal.records]);
			await uploadBundle({...broken, journal});

			const keys = (await keysIn(store)).filter(key => key.startsWith(prefix));
			assert.deepEqual(keys, [`${prefix}.manifest.xml`, `${prefix}.part.00`, `${prefix}.part.01`]);
			const manifest = String(await buffer(store.get('images', `${prefix}.manifest.xml`)));
			for (const key of keys.slice(1)) {
				const body = await buffer(store.get('images', key));
				assert.ok(manifest.includes(`${key}</filename><digest algorithm="SHA1">${sha1(body)}<`));
			}
		}
	}
});

test('a resumed upload sends what is missing or differs, and no part that is there as it must be', async t => {
	const {request, store, certificates} = await bundleRequest(t, disk);
	store.onCall = call => {
		if (call === 'put desktop.part.02') {
			throw new Error('The network is gone');
		}
	};
	await assert.rejects(uploadBundle(request), /network/);
	assert.deepEqual(await keysIn(store), objects.slice(1, 3));

	store.onCall = () => undefined;
	await store.put('images', 'desktop.part.01', noise(partBytes, 9)); // Of the same length, and damaged.
	await store.put('images', 'desktop.part.57', Buffer.from('of an image that was longer'));
	const before = store.calls.length;
	await uploadBundle(request);

	assert.deepEqual(putsIn(store, before).toSorted(), ['desktop.manifest.xml', 'desktop.part.01', 'desktop.part.02']);
	assert.deepEqual(await keysIn(store), objects);
	await assertOpens(request, certificates, disk);

	const after = store.calls.length;
	await uploadBundle(request);
	assert.equal(store.calls.length, after, 'a finished bundle is not touched again');
});

test('the manifest of an earlier try is gone before a part becomes another', async t => {
	const {request, store} = await bundleRequest(t, disk);
	const crash = async (_: number, entry: {readonly kind: string; readonly step?: string; readonly mark?: string}) => {
		if (entry.kind === 'step' && entry.step === 'upload-bundle' && entry.mark === 'finished') {
			throw new Error('crash');
		}
	};
	const journal = memoryJournal([], {beforeAppend: crash});
	await assert.rejects(uploadBundle({...request, journal}), /crash/);
	assert.deepEqual(await keysIn(store), objects);

	const beside: string[] = [];
	store.onCall = async call => {
		if (call.startsWith('put desktop.part.') && (await keysIn(store)).includes('desktop.manifest.xml')) {
			beside.push(call);
		}
	};
	const image = imageOf(noise(disk.length, 7));
	await uploadBundle({...request, image, journal: memoryJournal([...journal.records])});
	assert.deepEqual(beside, []);
	assert.deepEqual(putsIn(store).slice(-4).toSorted(), objects);
});

for (const [what, change] of Object.entries({
	'the secret is lost': async ({folder}: BundleRequest) => writeFile(join(folder, 'bundle-secret.json'), '{'),
	'the image has changed': async (request: BundleRequest) => {
		Object.assign(request, {image: imageOf(noise(disk.length, 7))});
	},
})) {
	test(`a resumed upload believes no part when ${what}`, async t => {
		const {request, store, certificates} = await bundleRequest(t, disk);
		store.onCall = call => {
			if (call === 'put desktop.manifest.xml') {
				throw new Error('The network is gone');
			}
		};
		await assert.rejects(uploadBundle(request), /network/);

		store.onCall = () => undefined;
		await change(request);
		const before = store.calls.length;
		await uploadBundle(request);

		assert.deepEqual(putsIn(store, before).toSorted(), objects);
		await assertOpens(request, certificates, await request.image.read(0, disk.length));
	});
}

test('a cancelled upload takes all its objects away, and no others', async t => {
	const {request, store} = await bundleRequest(t, disk);
	await uploadBundle({...request, prefix: 'desktop.part', journal: memoryJournal()});
	const others = await keysIn(store);
	const user = new AbortController();
	store.onCall = call => {
		if (call === 'put desktop.part.02') {
			user.abort();
		}
	};

	await assert.rejects(uploadBundle({...request, signal: user.signal}), CancelledError);

	assert.ok(putsIn(store).includes('desktop.part.00'));
	assert.deepEqual(await keysIn(store), others);
	await assert.rejects(stat(join(request.folder, 'bundle-secret.json')), {code: 'ENOENT'});
});

test('a job that died is cancelled by its journal, and one that had not begun removes nothing', async t => {
	const {request, store} = await bundleRequest(t, disk);
	store.onCall = call => {
		if (call === 'put desktop.part.02') {
			throw new Error('The network is gone');
		}
	};
	await assert.rejects(uploadBundle(request), /network/);

	await cancelBundle({...request, journal: memoryJournal()});
	assert.deepEqual(await keysIn(store), objects.slice(1, 3));
	await cancelBundle(request);
	assert.deepEqual(await keysIn(store), []);
	await cancelBundle(request);
});

test('a bundle that is there already is not written over', async t => {
	const {request, store} = await bundleRequest(t, noise(1000));
	await uploadBundle(request);
	const before = store.calls.length;

	await assert.rejects(uploadBundle({...request, journal: memoryJournal()}), BundleExistsError);
	assert.equal(store.calls.length, before);
});

test("another owner's bucket is told apart from a missing one", async t => {
	const {request, store} = await bundleRequest(t, noise(1000));
	store.addForeignBucket('theirs');

	await assert.rejects(uploadBundle({...request, bucket: 'theirs'}), BucketTakenError);
	assert.deepEqual(putsIn(store), []);
});

test('an image that ends early is refused, and leaves no manifest', async t => {
	const {request, store} = await bundleRequest(t, noise(5000));

	await assert.rejects(uploadBundle({...request, image: {...request.image, sizeBytes: 6000}}), ShortImageError);
	assert.ok(!(await keysIn(store)).includes('desktop.manifest.xml'));
});

test('what cannot become a bundle is refused before any call', async t => {
	const {request, store} = await bundleRequest(t, noise(1000));
	const refused = async (changed: Partial<BundleRequest>, error: new (...args: never[]) => Error) => {
		await assert.rejects(uploadBundle({...request, ...changed}), error, JSON.stringify(changed));
	};

	await refused({image: imageOf(Buffer.alloc(0))}, EmptyImageError);
	for (const prefix of [
		'vmlinuz',
		'vmlinuz-desktop',
		'initrd.img',
		'windows',
		'Windows-7',
		'',
		'.hidden',
		'a/b',
		'ä',
	]) {
		await refused({prefix}, BundleNameError);
	}

	await refused({prefix: 'x'.repeat(81)}, BundleNameError);
	await refused({prefix: 'desktop.part.01'}, BundleNameError);
	await refused({bucket: 'My_Bucket'}, BucketNameError);
	await refused({userId: '1234-5678-9012'}, BundleOwnerError);
	assert.deepEqual(store.calls, []);
});
