import type {Bench} from '../bench.js';
import {withServer} from '../upload-to-ec2-server.js';

const blocks = 1000;
const changed = 10;

export const bench: Bench = {
	name: 'remigrate',
	summary: 'The same disk after 1 % of its blocks have changed: bytes sent against the first upload.',
	async run() {
		const {result} = await withServer({roundTripMs: 0}, async upload => {
			const first = await upload({diskGib: 1, blocks});
			const second = await upload({diskGib: 1, blocks, changed, parent: first});
			return {first, second};
		});
		const {first, second} = result;
		const figures = Object.fromEntries(
			Object.entries(result).map(([name, {blockMap: _, snapshotId: __, ...cost}]) => [name, cost]),
		);
		return {
			figures: {allocatedBlocks: blocks, changedBlocks: changed, ...figures},
			ratios: {
				'second over first, bytes': Math.round((second.bodyBytes / first.bodyBytes) * 10_000) / 10_000,
				'second over first, wall': Math.round((second.uploadMs / first.uploadMs) * 100) / 100,
			},
			leftOut: [
				'Amazon itself. The disk is made up while it is read; a real one is read whole too, since a map of blocks does not tell what changed.',
			],
		};
	},
};
