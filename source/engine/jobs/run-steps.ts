import type {Journal} from './journal.js';
import type {Step, StepContext} from './step.js';
import {isFinished} from './step-marks.js';

/**
Runs the steps in order. What the journal records as finished is skipped: a terminated instance is no reason to launch
again. A step that was begun and not finished is done again; it asks the cloud, not us, what is there already.
*/
export async function runSteps<Context extends StepContext>(
	steps: ReadonlyArray<Step<Context>>,
	context: Context,
): Promise<void> {
	const {journal} = context;
	for (const [index, step] of steps.entries()) {
		if (step.ofProcess) {
			if (steps.slice(index).some(({name, ofProcess}) => !ofProcess && !isFinished(journal.records, name))) {
				await step.do(context);
			}

			continue;
		}

		await enterState(journal, step.enters);
		if (!isFinished(journal.records, step.name)) {
			await journal.append({kind: 'step', step: step.name, mark: 'started'});
			await step.do(context);
			await journal.append({kind: 'step', step: step.name, mark: 'finished'});
		}

		await enterState(journal, step.reaches);
	}
}

/** A life-cycle enters each state once. */
export async function enterState(journal: Journal, state: string | undefined): Promise<void> {
	const isEntered = journal.records.some(record => record.kind === 'state' && record.state === state);
	if (state !== undefined && !isEntered) {
		await journal.append({kind: 'state', state});
	}
}
