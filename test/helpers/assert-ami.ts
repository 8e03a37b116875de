import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import type {CloudMigrationTrial} from './cloud-migration-trial.js';
import {allBlocks} from './ec2-server/ec2-world.js';

/** There is one AMI, made of one snapshot that has the bytes of the disk as it was prepared, and nothing else. */
export async function assertWholeAmi(job: CloudMigrationTrial): Promise<void> {
	assert.deepEqual(job.listing, ['ami', 'snap']);
	assert.deepEqual(job.server.leftovers(), []);
	const {world} = job.server;
	const [snapshot] = world.snapshots.values();
	assert.ok(snapshot);
	const disk = await job.diskBytes();
	const volume = Buffer.alloc(disk.length);
	for (const [index, {data}] of allBlocks(world, snapshot)) {
		data?.copy(volume, index * 524_288);
	}

	const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
	assert.equal(sum(volume), sum(disk), 'the AMI has other bytes than the prepared disk');
}
