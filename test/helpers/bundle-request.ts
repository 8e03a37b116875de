import {rmSync} from 'node:fs';
import {mkdir, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {systemClock} from '../../source/engine/host/system-clock.js';
import {readBundleKeys} from '../../source/engine/migration/bundle/bundle-keys.js';
import type {BundleRequest} from '../../source/engine/migration/bundle/bundle-request.js';
import {type BundleCertificates, makeBundleCertificates} from './bundle-certificates.js';
import {imageOf} from './bundle-images.js';
import {memoryJournal} from './memory-journal.js';
import {createMemoryObjectStore, type MemoryObjectStore} from './memory-object-store.js';
import {temporaryFolder} from './temporary-folder.js';

let made: Promise<BundleCertificates> | undefined;

/** One set for all tests of a process, since making RSA keys takes its time. */
async function sharedCertificates(): Promise<BundleCertificates> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	return makeBundleCertificates(folder);
}

/** A request that would succeed, with a store of its own. */
export async function bundleRequest(
	t: TestContext,
	bytes: Buffer,
): Promise<{
	request: BundleRequest & {readonly image: ReturnType<typeof imageOf>};
	store: MemoryObjectStore;
	certificates: BundleCertificates;
	folder: string;
}> {
	const folder = await temporaryFolder(t);
	made ??= sharedCertificates();
	const certificates = await made;
	const store = createMemoryObjectStore();
	const job = join(folder, 'job');
	await mkdir(job);
	const request = {
		image: imageOf(bytes),
		store,
		bucket: 'images',
		prefix: 'desktop',
		userId: '123456789012',
		architecture: 'x86_64' as const,
		bundler: {name: 'd2cm', version: '1.0', release: '0'},
		keys: await readBundleKeys(certificates),
		folder: job,
		journal: memoryJournal(),
		signal: new AbortController().signal,
		clock: systemClock,
	};
	return {request, store, certificates, folder};
}
