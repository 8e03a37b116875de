import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import type {DeploymentContext} from '../../source/engine/deployments/deployment-context.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {EndState, JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import type {Monitor} from '../../source/engine/monitoring/monitor.js';
import {FakeWorld, SimulatedCrash, type Trouble, worldClock} from './fake-world.js';
import {sampleDeployment} from './sample-deployment.js';

export type RunOptions = {
	/** The process dies right before or right after this record is written, counted over all processes from 1. */
	readonly crash?: {readonly seq: number; readonly when: 'before' | 'after'};
	readonly monitor?: Monitor;
	readonly makeRsaKeyPair?: DeploymentContext['makeRsaKeyPair'];
	/** Called when a record has been written. */
	readonly onRecord?: (record: JournalRecord, cancel: () => void, finish: () => void) => void;
};

/** Hundreds of deployments are run here, each with many small files that are synced. */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A deployment on the fake world, which processes can take up one after the other. */
export class FakeDeployment {
	readonly world: FakeWorld;
	readonly records: JournalRecord[] = [];
	readonly folder: string;
	readonly deployment: Deployment;
	/** The user's wish for the end, results first, outlives the process that it was told. */
	#isFinishing = false;

	constructor(
		t: TestContext,
		{
			trouble,
			deployment,
			folder = 'd2cm-deployment-',
		}: {readonly trouble?: Trouble; readonly deployment?: Deployment; readonly folder?: string} = {},
	) {
		this.world = new FakeWorld(trouble);
		this.deployment = deployment ?? sampleDeployment();
		this.folder = mkdtempSync(join(inMemory, folder));
		t.after(() => rmSync(this.folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20}));
	}

	/** Runs it in a process of its own, from what the journal says. */
	async run({crash, monitor, makeRsaKeyPair, onRecord}: RunOptions = {}): Promise<EndState> {
		let isDead = false;
		const cancel = new AbortController();
		const finish = new AbortController();
		const onFinish = () => {
			this.#isFinishing = true;
			finish.abort(new Error('finished'));
		};
		if (this.#isFinishing) {
			onFinish();
		}

		const mustLive = () => {
			if (isDead) {
				throw new SimulatedCrash();
			}
		};
		const {records} = this;
		const append = async (entry: JournalEntry) => {
			mustLive();
			const seq = records.length + 1;
			isDead ||= crash?.seq === seq && crash.when === 'before';
			mustLive();
			const record = {...entry, seq, at: worldClock.now().toISOString()};
			records.push(record);
			isDead ||= crash?.seq === seq;
			mustLive();
			onRecord?.(record, () => cancel.abort(new Error('cancelled')), onFinish);
			await new Promise(setImmediate);
		};
		return runDeployment({
			...this.world.process(mustLive),
			...(monitor && {monitor}),
			...(makeRsaKeyPair && {makeRsaKeyPair}),
			deployment: this.deployment,
			folder: this.folder,
			journal: {records, append},
			cancel: cancel.signal,
			finish: finish.signal,
		});
	}

	get states(): readonly string[] {
		return this.records.flatMap(record => (record.kind === 'state' ? [record.state] : []));
	}

	get events(): readonly string[] {
		return this.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	}

	get end(): Extract<JournalRecord, {kind: 'end'}> | undefined {
		return this.records.find(record => record.kind === 'end');
	}
}
