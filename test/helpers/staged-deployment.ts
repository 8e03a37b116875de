import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {FakeDeployment} from './fake-deployment.js';
import {createMemoryObjectStore, type MemoryObjectStore} from './memory-object-store.js';
import {sampleDeployment} from './sample-deployment.js';

export type StagedDeployment = {
	readonly job: FakeDeployment;
	readonly store: MemoryObjectStore;
	/** Wanted by both slaves. */
	readonly shared: string;
	/** Wanted by the master alone. */
	readonly own: string;
};

export const stagingBucketName = 'd2cm-inputs';

/** A deployment in memory on a cloud with an object store. */
export function stagedDeployment(
	t: TestContext,
	{
		leastBytes,
		bytes = 100,
		slaves = 2,
	}: {readonly leastBytes: number; readonly bytes?: number; readonly slaves?: number},
): StagedDeployment {
	const folder = mkdtempSync(join(tmpdir(), 'd2cm-stage-'));
	t.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20}));
	const [shared, own] = [join(folder, 'shared'), join(folder, 'own')];
	writeFileSync(shared, Buffer.alloc(bytes, 'shared'));
	writeFileSync(own, Buffer.alloc(bytes, 'own'));
	const deployment = sampleDeployment({
		master: {uploads: [{local: own, remote: '/root/own'}]},
		slave: {count: slaves, uploads: [{local: shared, remote: '/root/shared'}]},
	});
	const job = new FakeDeployment(t, {deployment});
	const store = createMemoryObjectStore();
	job.world.staging = {store, bucket: stagingBucketName, leastBytes};
	return {job, store, shared, own};
}
