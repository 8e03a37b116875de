import {snapshotBlockBytes} from '../../source/engine/migration/ebs-direct/snapshot-disk.js';
import type {Bench} from '../bench.js';
import {type MeasuredUpload, withServer} from '../upload-to-ec2-server.js';

const disks = {
	sparse20Gib: {diskGib: 20, blocks: 256, roundTripMs: 0},
	dense1Gib: {diskGib: 1, blocks: 2048, roundTripMs: 0},
	dense128MibAt100Ms: {diskGib: 1, blocks: 256, roundTripMs: 100},
	// So long that the processors of this machine are no bound: all workers wait for the answer.
	dense128MibAt2S: {diskGib: 1, blocks: 256, roundTripMs: 2000},
};

export const bench: Bench = {
	name: 'ebs',
	summary:
		'A disk to an EBS snapshot: requests and bytes against its allocated blocks, 64 workers at 100 ms and 2 s, peak memory.',
	async run() {
		const figures: Record<string, unknown> = {};
		const ratios: Record<string, number> = {};
		for (const [name, {diskGib, blocks, roundTripMs}] of Object.entries(disks)) {
			const {result, wireBytes} = await withServer({roundTripMs}, async upload => upload({diskGib, blocks}));
			const {blockMap: _, snapshotId: __, ...cost} = result;
			const dataBytes = blocks * snapshotBlockBytes;
			figures[name] = {
				...cost,
				allocatedBlocks: blocks,
				dataBytes,
				wireBytes,
				...rates(result, dataBytes, roundTripMs),
			};
			if (roundTripMs > 0) {
				ratios[`${name}: requests on their way over 64 workers`] = round(result.mostAtOnce / 64);
			}

			ratios[`${name}: put requests over allocated blocks`] = round(result.putRequests / blocks);
			ratios[`${name}: wire bytes over allocated bytes`] = round(wireBytes / dataBytes);
		}

		return {
			figures,
			ratios,
			leftOut: [
				'Amazon itself. The server is ours, on this machine, and shares its processors: it computes every signature and checksum again.',
				'At 100 ms the processors bound how many blocks leave in a second (each is hashed, signed and checked again here), so that fewer than 64 requests are on their way: rate times round trip. At 2 s they are no bound.',
				'coldsnap, which has no way to another address than Amazon.',
			],
		};
	},
};

/** With one request at a time, each block would cost a round trip at least. */
function rates({uploadMs}: MeasuredUpload, dataBytes: number, roundTripMs: number) {
	const oneByOneMs = (dataBytes / snapshotBlockBytes) * roundTripMs;
	return {
		mibPerSecond: Math.round(dataBytes / 2 ** 20 / (uploadMs / 1000)),
		...(roundTripMs > 0
			? {roundTripMs, leastMsOneByOne: oneByOneMs, oneByOneOverOurs: round(oneByOneMs / uploadMs)}
			: {}),
	};
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
