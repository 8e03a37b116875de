import {createHash} from 'node:crypto';
import type {BlockMap} from './block-map.js';
import type {BlockMapFile} from './block-map-file.js';
import {snapshotBlockBytes} from './snapshot-disk.js';
import type {SnapshotUpload} from './snapshot-upload.js';

const zeroBlock = Buffer.alloc(snapshotBlockBytes);
const nothing: BlockMap = new Map();

/**
Sends every block that is not in the snapshot yet, some at a time. The disk is read whole each time, so that what has
changed since an earlier process noted it is sent again.

@returns How many blocks were sent.
*/
export async function sendBlocks(upload: SnapshotUpload, snapshotId: string, sent: BlockMapFile): Promise<number> {
	const {disk, parent, workers = 64, onProgress} = upload;
	const inParent = parent?.blocks ?? nothing;
	const stop = new AbortController();
	const signal = AbortSignal.any([upload.signal, stop.signal]);
	const failures: unknown[] = [];
	let [doneBytes, sentBlocks] = [0, 0];

	const deal = async (index: number, block: Buffer) => {
		const digest = createHash('sha256').update(block).digest();
		const noted = sent.blocks.get(index);
		const inherited = inParent.get(index);
		const isThere = noted ? noted.equals(digest) : inherited ? inherited.equals(digest) : block.equals(zeroBlock);
		if (!isThere) {
			await putBlock({...upload, signal}, {snapshotId, index, block, digest});
			sentBlocks++;
			await sent.note(index, digest);
		}

		doneBytes += block.length;
		onProgress?.({doneBytes, sentBytes: sentBlocks * snapshotBlockBytes});
	};

	const indexes = wantedIndexes(upload, sent.blocks, inParent);
	const worker = async () => {
		try {
			for (let next = await indexes.next(); !next.done; next = await indexes.next()) {
				signal.throwIfAborted();
				const {index, isEmpty} = next.value;
				await deal(index, isEmpty ? zeroBlock : await disk.readBlock(index));
			}
		} catch (error) {
			failures.push(error);
			stop.abort(error);
		}
	};
	await Promise.all(Array.from({length: workers}, worker));
	await sent.flush();
	if (failures.length > 0) {
		throw failures[0];
	}

	return sentBlocks;
}

type WantedBlock = {readonly index: number; readonly isEmpty: boolean};

/** The blocks of the disk; then those that hold something in the snapshot or its parent and nothing on the disk any more. */
async function* wantedIndexes(
	{disk}: SnapshotUpload,
	sent: BlockMap,
	inParent: BlockMap,
): AsyncGenerator<WantedBlock, undefined> {
	const gone = new Set([...sent.keys(), ...inParent.keys()]);
	for await (const index of disk.allocated()) {
		gone.delete(index);
		yield {index, isEmpty: false};
	}

	for (const index of gone) {
		yield {index, isEmpty: true};
	}

	return undefined;
}

async function putBlock(
	{calls, signal}: Pick<SnapshotUpload, 'calls' | 'signal'>,
	{snapshotId, index, block, digest}: {snapshotId: string; index: number; block: Buffer; digest: Buffer},
): Promise<void> {
	await calls.ebs(
		'PutSnapshotBlock',
		async (client, {PutSnapshotBlockCommand}, options) => {
			const command = new PutSnapshotBlockCommand({
				SnapshotId: snapshotId,
				BlockIndex: index,
				BlockData: block,
				DataLength: block.length,
				Checksum: digest.toString('base64'),
				ChecksumAlgorithm: 'SHA256',
			});
			// The signature covers the digest that is the block's checksum: computed once, not twice.
			command.middlewareStack.add(
				next => async args => {
					const {headers} = args.request as {headers: Record<string, string>};
					headers['x-amz-content-sha256'] = digest.toString('hex');
					return next(args);
				},
				{step: 'build', name: 'givePayloadHash'},
			);
			return client.send(command, options);
		},
		signal,
	);
}
