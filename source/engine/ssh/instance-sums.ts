import {createHash} from 'node:crypto';

/** What an instance can compute sums with; the first that is there is taken. */
export const sumPrograms = [
	{program: 'b2sum', algorithm: 'blake2b512', digits: 128},
	{program: 'sha256sum', algorithm: 'sha256', digits: 64},
] as const;

/** Whether an instance has computed this of the content, with any of the programs. */
export function isSumOf(sum: string | undefined, content: Buffer): boolean {
	const {algorithm} = sumPrograms.find(({digits}) => digits === sum?.length) ?? {};
	return algorithm !== undefined && createHash(algorithm).update(content).digest('hex') === sum;
}
