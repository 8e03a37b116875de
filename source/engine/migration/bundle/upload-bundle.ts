import {createHash} from 'node:crypto';
import {Progress} from '../../deployments/progress.js';
import {CancelledError} from '../../errors/cancelled-error.js';
import type {Journal} from '../../jobs/journal.js';
import type {StoredObject} from '../../object-store/object-store.js';
import {limited} from '../../ssh/limited.js';
import {bundleManifest} from './bundle-manifest.js';
import {bundleObjects, imageLocation, manifestKey, partKey} from './bundle-objects.js';
import type {BundleRequest, UploadedBundle} from './bundle-request.js';
import {type BundleSecret, forgetBundleSecret, keepBundleSecret} from './bundle-secret.js';
import {type BundlePlace, checkBundlePlace} from './check-bundle-place.js';
import {BundleExistsError} from './errors/bundle-exists-error.js';
import {BundleOwnerError} from './errors/bundle-owner-error.js';
import {EmptyImageError} from './errors/empty-image-error.js';
import {type BundlePart, type BundleTotals, makeBundleParts} from './make-bundle-parts.js';
import {removeBundle} from './remove-bundle.js';

/** Written to users' disks; never changed. */
const step = 'upload-bundle';
const partStep = 'upload-bundle-part';

type Part = {readonly filename: string; readonly sha1: string};

/**
Bundles an image into a bucket, which is made when it is missing: parts leave while later ones are made, the manifest is last.

It may be called again after a crash or a failure. The stream is then made anew from the kept secret, and a part is sent
again unless the store's MD5 and size are those of the part just made: what was written down or is there is not believed.

When `signal` is aborted all objects are removed, unless `keepOnCancel` is set. After another failure they stay for the next call, or for `cancelBundle`.

@throws {BundleNameError | BucketNameError | BundleOwnerError | EmptyImageError} Before any call to the store.
@throws {BundleExistsError | ShortImageError | BundleRemainsError | CancelledError | AppError} What the store says included.
*/
export async function uploadBundle(wanted: BundleRequest): Promise<UploadedBundle> {
	check(wanted);
	const {journal, signal} = wanted;
	const request = {...wanted, store: wanted.store.under(signal)};
	const finished = finishedBundle(journal, request);
	try {
		signal.throwIfAborted();
		if (finished && (await isManifestThere(request))) {
			await forgetBundleSecret(request.folder);
			return finished;
		}

		return await upload(request, await prepare(request));
	} catch (error) {
		throw signal.aborted ? await cancelled(wanted) : error;
	}
}

/** Takes away what `uploadBundle` of this job has left, after its process died or gave up. */
export async function cancelBundle(
	request: Pick<BundleRequest, 'store' | 'bucket' | 'prefix' | 'journal' | 'folder'>,
): Promise<void> {
	if (isBegun(request.journal, request)) {
		await removeBundle(request.store, request);
	}

	await forgetBundleSecret(request.folder);
}

async function cancelled(request: BundleRequest): Promise<CancelledError> {
	await (request.keepOnCancel ? undefined : cancelBundle(request));
	return new CancelledError('The migration');
}

function check({userId, image, ...place}: BundleRequest): void {
	checkBundlePlace(place);
	if (!/^\d{12}$/.test(userId)) {
		throw new BundleOwnerError(userId);
	}

	if (image.sizeBytes <= 0) {
		throw new EmptyImageError();
	}
}

async function isManifestThere({store, bucket, prefix}: BundlePlace & Pick<BundleRequest, 'store'>): Promise<boolean> {
	return (await store.bucketState(bucket)) === 'ours' && (await store.head(bucket, manifestKey(prefix))) !== undefined;
}

/** Bucket, ownership of the name, and secret; returns what of the bundle is there already, by key. */
async function prepare(request: BundleRequest): Promise<ReadonlyMap<string, StoredObject>> {
	const {store, bucket, prefix, journal} = request;
	if ((await store.bucketState(bucket)) !== 'ours') {
		await store.makeBucket(bucket); // Says also why it cannot be used, when it is somebody else's or elsewhere.
	}

	const there = await bundleObjects(store, request);
	if (!isBegun(journal, request)) {
		if (there.length > 0) {
			throw new BundleExistsError(bucket, prefix);
		}

		await journal.append({kind: 'step', step, subject: imageLocation(request), mark: 'started'});
	}

	// A manifest of an earlier try must not stand beside parts that may change now.
	await store.remove(bucket, manifestKey(prefix));

	return new Map(there.map(object => [object.key, object]));
}

async function upload(request: BundleRequest, there: ReadonlyMap<string, StoredObject>): Promise<UploadedBundle> {
	const {store, bucket, prefix, folder, journal, keys, image, acl} = request;
	const secret = await keepBundleSecret(folder);
	const {parts, totals} = await sendParts(request, secret, there);

	const used = new Set([manifestKey(prefix), ...parts.map(({filename}) => filename)]);
	await store.removeAll(
		bucket,
		[...there.keys()].filter(key => !used.has(key)),
	);
	const facts = {...request, ...totals, name: prefix, imageBytes: image.sizeBytes, parts};
	const manifest = Buffer.from(bundleManifest(facts, keys, secret));
	await store.put(bucket, manifestKey(prefix), manifest, {signal: request.signal, ...(acl ? {acl} : {})});

	const uploaded = {
		location: imageLocation(request),
		partCount: totals.partCount,
		bundledBytes: totals.bundledBytes,
	};
	await journal.append({kind: 'step', step, subject: uploaded.location, mark: 'finished', data: uploaded});
	await forgetBundleSecret(folder);
	return uploaded;
}

async function sendParts(
	request: BundleRequest,
	secret: BundleSecret,
	there: ReadonlyMap<string, StoredObject>,
): Promise<{readonly parts: readonly Part[]; readonly totals: BundleTotals}> {
	const {image, prefix, uploads = 3} = request;
	const failed = new AbortController();
	const signal = AbortSignal.any([request.signal, failed.signal]);
	const progress = new Progress(request, 'Bundling and uploading');
	const inTurn = limited(uploads);
	const parts: Part[] = [];
	const running = new Set<Promise<void>>();
	let done = 0;
	let kept = 0;

	const send = async (part: BundlePart, filename: string): Promise<void> => {
		try {
			if (isThere(part, there.get(filename))) {
				kept++;
			} else {
				await putPart(request, part, filename, signal);
			}

			done = Math.max(done, part.imageBytes);
			progress.note({bytes: done, totalBytes: image.sizeBytes});
		} catch (error) {
			failed.abort(error);
		} finally {
			part.release();
		}
	};

	try {
		const stream = makeBundleParts(image, {name: prefix, secret, signal});
		for (;;) {
			const next = await stream.next();
			if (next.done) {
				await Promise.all(running);
				signal.throwIfAborted();
				await progress.end();
				await sayKept(request, kept, there.size);
				return {parts, totals: next.value};
			}

			const filename = partKey(prefix, next.value.index);
			parts.push({filename, sha1: next.value.sha1});
			const sending = inTurn(async () => send(next.value, filename)).finally(() => running.delete(sending));
			running.add(sending);
			// One part may wait full while the others are sent; the next one is not begun before.
			if (running.size > uploads) {
				await Promise.race(running);
			}
		}
	} catch (error) {
		failed.abort(error);
		await Promise.all(running);
		await progress.abandon();
		throw error;
	}
}

async function putPart(
	{store, bucket, journal, acl}: BundleRequest,
	{body, sha1}: BundlePart,
	filename: string,
	signal: AbortSignal,
): Promise<void> {
	signal.throwIfAborted();
	await store.put(bucket, filename, body, {signal, ...(acl ? {acl} : {})});
	const data = {sha1, bytes: body.length};
	await journal.append({kind: 'step', step: partStep, subject: filename, mark: 'finished', data});
}

/** The store's own MD5 decides. A store whose entity tags are no MD5s gets the part again. */
function isThere({body}: BundlePart, stored: StoredObject | undefined): boolean {
	return stored?.bytes === body.length && stored.etag === createHash('md5').update(body).digest('hex');
}

async function sayKept({journal}: BundleRequest, kept: number, there: number): Promise<void> {
	if (there > 0) {
		const message = `${kept} of ${there} objects that were there already are as they must be; the others were sent again`;
		await journal.append({kind: 'event', level: 'info', message});
	}
}

function isBegun(journal: Journal, place: BundlePlace): boolean {
	return marks(journal, place, 'started').length > 0;
}

function finishedBundle(journal: Journal, place: BundlePlace): UploadedBundle | undefined {
	const {partCount, bundledBytes} = marks(journal, place, 'finished').at(-1)?.data ?? {};
	return typeof partCount === 'number' && typeof bundledBytes === 'number'
		? {location: imageLocation(place), partCount, bundledBytes}
		: undefined;
}

function marks(journal: Journal, place: BundlePlace, mark: 'started' | 'finished') {
	const location = imageLocation(place);
	return journal.records
		.filter(record => record.kind === 'step')
		.filter(record => record.step === step && record.subject === location && record.mark === mark);
}
