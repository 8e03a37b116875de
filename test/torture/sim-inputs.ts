import {createHash} from 'node:crypto';

/** Files of this machine that are on no disk, by their paths. The large one goes in two parts. */
export const simInputs: ReadonlyMap<string, Buffer> = new Map([
	['/simulated/shared', Buffer.alloc(1000, 'shared')],
	['/simulated/large', Buffer.alloc(8 * 2 ** 20 + 1, 'large')],
]);

/** Their SHA-256. */
export const simInputSums: ReadonlyMap<string, string> = new Map(
	[...simInputs].map(([path, content]) => [path, createHash('sha256').update(content).digest('hex')]),
);
