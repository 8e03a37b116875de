import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {type AwsCalls, createAwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';
import type {Patience} from '../../source/engine/cloud/ec2/call-patiently.js';
import type {Clock} from '../../source/engine/host/clock.js';
import type {SnapshotUpload} from '../../source/engine/migration/ebs-direct/snapshot-upload.js';
import {type Ec2Server, type Ec2ServerOptions, startEc2Server, testKeys} from './ec2-server/ec2-server.js';
import {createMemoryDisk, type MemoryDisk, seedsFor} from './memory-disk.js';

export type UploadTrial = {
	readonly server: Ec2Server;
	readonly calls: AwsCalls;
	readonly disk: MemoryDisk;
	readonly upload: SnapshotUpload;
};

/** Pauses end at once, but other work gets its turn. */
export const hastyClock: Clock = {
	now: () => new Date(),
	async sleep(_, signal) {
		await new Promise(resolve => setTimeout(resolve, 1));
		signal?.throwIfAborted();
	},
};

/** A strict server, and an upload of a small disk to it that nothing has gone wrong with yet. */
export async function uploadTrial(
	t: TestContext,
	{blocks = 24, patience, ...options}: Ec2ServerOptions & {blocks?: number; patience?: Partial<Patience>} = {},
): Promise<UploadTrial> {
	const server = await startEc2Server(options);
	const calls = callsTo(server.url, patience);
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-upload-'));
	t.after(async () => {
		calls.close();
		await server.close();
		await rm(folder, {recursive: true, force: true});
	});
	const disk = createMemoryDisk(32 * 2 ** 20, seedsFor(blocks));
	const upload: SnapshotUpload = {
		calls,
		disk,
		folder,
		token: 'd2cm-mig-0123abcd',
		description: 'worker',
		tags: {'d2cm:migration': 'mig-0123abcd'},
		signal: new AbortController().signal,
		workers: 8,
	};
	return {server, calls, disk, upload};
}

export const callsTo = (url: string, patience?: Partial<Patience>, keys = testKeys): AwsCalls =>
	createAwsCalls({region: 'us-east-1', keys, ec2Url: url, ebsUrl: url, iamUrl: url}, hastyClock, patience);
