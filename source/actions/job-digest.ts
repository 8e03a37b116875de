import {open, stat} from 'node:fs/promises';
import {awaitCheckStep} from '../engine/deployments/done-rule.js';
import {finishStep} from '../engine/deployments/finish.js';
import {holdStep} from '../engine/deployments/hold-step.js';
import {type OpenHostKey, OpenHostKeys} from '../engine/deployments/host-key/open-host-keys.js';
import {RunSoFar} from '../engine/deployments/run-so-far.js';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {textList} from '../engine/jobs/step-marks.js';
import {JournalLines} from '../store/journal-lines.js';
import type {AwaitedCheck} from './d2cm.js';

type EndRecord = Extract<JournalRecord, {kind: 'end'}>;

/** What lists need to know of a journal. Reads only what is new since the last time. */
export class JobDigest {
	/** The state, or the step where there are no states. */
	state = 'NOT_RUN';
	end: EndRecord | undefined;
	/** Data that were asked for could not be had, and it is tried again. */
	isHeld = false;
	/** The user has ended it, results first. */
	endsEarly = false;
	/** How long it has taken and what it has cost. */
	run = new RunSoFar();
	#awaited = new Map<string, readonly string[]>();
	#lines: JournalLines;
	#hostKeys = new OpenHostKeys();
	/** A migration has steps only. */
	#hasStates = false;
	/** One reading at a time, so that nothing is taken twice. */
	#turn: Promise<void> = Promise.resolve();

	constructor(readonly journal: string) {
		this.#lines = new JournalLines(journal);
	}

	get damages(): readonly string[] {
		return this.#lines.damages;
	}

	/** Those that the instances show and nobody knows. */
	get openHostKeys(): readonly OpenHostKey[] {
		return this.#hostKeys.all;
	}

	/** Nodes whose scripts have ended while a done check of theirs does not hold. */
	get awaitedChecks(): readonly AwaitedCheck[] {
		return [...this.#awaited].map(([node, unmet]) => ({node, unmet}));
	}

	async update(): Promise<void> {
		this.#turn = this.#turn.then(async () => this.#readOn());
		await this.#turn;
	}

	async #readOn(): Promise<void> {
		const size = (await stat(this.journal).catch(() => undefined))?.size ?? 0;
		if (size < this.#lines.offset) {
			this.#lines = new JournalLines(this.journal);
			this.state = 'NOT_RUN';
			this.end = undefined;
			this.isHeld = false;
			this.endsEarly = false;
			this.run = new RunSoFar();
			this.#awaited.clear();
			this.#hostKeys = new OpenHostKeys();
		}

		if (size > this.#lines.offset) {
			await using file = await open(this.journal, 'r');
			const bytes = Buffer.alloc(size - this.#lines.offset);
			const {bytesRead} = await file.read(bytes, 0, bytes.length, this.#lines.offset);
			for (const record of this.#lines.take(bytes.subarray(0, bytesRead))) {
				this.#take(record);
			}
		}
	}

	#take(record: JournalRecord): void {
		this.#hostKeys.take(record);
		this.run.take(record);
		if (record.kind === 'state') {
			this.state = record.state;
			this.#hasStates = true;
			this.isHeld &&= record.state === 'COLLECTING_DATA';
			this.#awaited.clear(); // Whatever comes next, nothing is waited for any more.
		} else if (record.kind === 'step' && record.step === holdStep) {
			this.isHeld = true;
		} else if (record.kind === 'step' && record.step === finishStep) {
			this.endsEarly = true;
			this.#awaited.clear();
		} else if (record.kind === 'step' && record.step === awaitCheckStep && record.mark === 'started') {
			this.#awaited.set(record.subject ?? '', textList(record.data, 'unmet'));
		} else if (record.kind === 'step' && record.step === 'node-done' && record.mark === 'finished') {
			this.#awaited.delete(record.subject ?? '');
		} else if (record.kind === 'step' && record.mark === 'started' && !this.#hasStates) {
			this.state = record.step;
		} else if (record.kind === 'end') {
			this.end = record;
			this.isHeld = false;
			this.#awaited.clear();
			this.state = record.state;
		}
	}
}
