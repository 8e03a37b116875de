import {AppError} from '../errors/app-error.js';
import {removeDrafts} from '../host/write-whole.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import type {EndState, JournalRecord} from '../jobs/journal.js';
import {enterState, runSteps} from '../jobs/run-steps.js';
import type {Step} from '../jobs/step.js';
import {isBegun, isFinished, stepRecord} from '../jobs/step-marks.js';
import {DataMissingError} from './data-missing-error.js';
import type {DeploymentContext} from './deployment-context.js';
import {secretsFolder} from './deployment-keys.js';
import {type DeploymentRun, openRun} from './deployment-run.js';
import {faultWords} from './fault-words.js';
import {isFinishing, noteFinish} from './finish.js';
import {lifeCycle} from './life-cycle.js';
import {makeFolder} from './make-folder.js';
import {remaining} from './remaining.js';
import {whileInTime} from './run-limit.js';
import {finishMonitoring} from './steps/finish-monitoring.js';
import {salvageData} from './steps/salvage-data.js';
import {waitForCompletion} from './steps/wait-for-completion.js';

/**
Runs a deployment to its end, or takes it up where an earlier process left it: the journal and the cloud say where that is.
Ends in COMPLETED, FAILED or CANCELLED, with no instance left or with what is left written down.

@throws {JobSuspendedError} When it cannot go on now: the journal cannot be written, or the cloud does not tell what is left.
@throws {LocalFileError} When there is no room for the folder; nothing was begun then.
*/
export async function runDeployment(context: DeploymentContext): Promise<EndState> {
	const end = context.journal.records.find(record => record.kind === 'end');
	if (end) {
		return end.state;
	}

	await makeFolder(context.folder);
	await removeDrafts(context.folder);
	await removeDrafts(secretsFolder(context.folder));
	const run = openRun(context);
	const before = () => run.journal.records;
	try {
		await letInAgain(run);
		if (!hasFailed(before()) && !isCancelled(before()) && !endsEarly(before())) {
			await whileInTime(run, async over => attempt(run, lifeCycle.work.map(endable(over)), over));
		}

		if (endsEarly(before()) && isUp(before()) && !hasFailed(before()) && !isCancelled(before())) {
			await attempt(run, lifeCycle.finish);
		}

		if (canSalvage(before()) && !isCancelled(before())) {
			await rescue(run, lifeCycle.salvage);
		}

		// Also where other data could not be had, and where that was found by an earlier process.
		if (hasFailed(before()) && isUp(before()) && !isCancelled(before())) {
			await rescue(run, [finishMonitoring]);
		}

		await run.monitoring.stop();
		await run.lease.stop();
		run.connections.closeAll();
		await runSteps(lifeCycle.release, run);
		return await writeEnd(run);
	} finally {
		await run.monitoring.stop();
		await run.lease.stop();
		run.connections.closeAll();
	}
}

/** This machine may have another address than the process before it had, which alone may log in to the instances. */
async function letInAgain({letIn, journal, say, cancel}: DeploymentRun): Promise<void> {
	const {records} = journal;
	if (!isFinished(records, 'prepare-cloud') || isBegun(records, 'terminate-instances') || cancel.aborted) {
		return;
	}

	try {
		await letIn(cancel);
	} catch (error) {
		const cause = error instanceof Error ? error.message : String(error);
		await say('warning', `The cloud was not told the address of this machine: ${cause}`);
	}
}

/** Runs steps until they end, fail or are cancelled; what it was is written down before anything follows from it. */
async function attempt(
	run: DeploymentRun,
	steps: ReadonlyArray<Step<DeploymentRun>>,
	over?: AbortSignal,
): Promise<void> {
	try {
		run.cancel.throwIfAborted();
		await runSteps(steps, run);
	} catch (error) {
		if (error instanceof JobSuspendedError) {
			throw error;
		}

		if (run.cancel.aborted) {
			await noteCancel(run);
		} else if (isToEndEarly(run)) {
			await noteFinish(run);
		} else {
			await noteFailure(run, over?.aborted ? over.reason : error);
		}
	}
}

/**
Until the run is over by itself, a step ends as soon as the user wants the end, results first, or a limit is reached, whatever it
waits for.
*/
const endable =
	(over: AbortSignal) =>
	(step: Step<DeploymentRun>): Step<DeploymentRun> => ({
		...step,
		async do(run) {
			if (isOver(run.journal.records)) {
				return step.do(run);
			}

			const cancel = AbortSignal.any([run.cancel, run.finish, over]);
			cancel.throwIfAborted();
			return step.do({...run, cancel});
		},
	});

const isToEndEarly = ({finish, journal}: DeploymentRun) =>
	finish.aborted && !isOver(journal.records) && !isFinishing(journal.records);

/**
Brings home what there is. Whatever goes wrong in another step, the data are asked for, and are given up only when they could
not be had in all of the hold time, or are dropped by the user.

@throws After anything else, a fault of ours: the job stays unended, and its instances are kept.
*/
async function rescue(run: DeploymentRun, salvage: ReadonlyArray<Step<DeploymentRun>>): Promise<void> {
	const {cancel} = run;
	const beside = (step: Step<DeploymentRun>): Step<DeploymentRun> => ({
		...step,
		async do() {
			try {
				await step.do(run);
			} catch (error) {
				cancel.throwIfAborted();
				if (error instanceof JobSuspendedError) {
					throw error;
				}

				await noteFailure(run, error);
			}
		},
	});
	try {
		cancel.throwIfAborted();
		await runSteps(
			salvage.map(step => (step === salvageData ? step : beside(step))),
			run,
		);
	} catch (error) {
		if (error instanceof JobSuspendedError) {
			throw error;
		}

		if (cancel.aborted) {
			await noteCancel(run);
		} else if (error instanceof DataMissingError) {
			await noteFailure(run, error);
		} else {
			// An AppError would be taken for the end.
			throw error instanceof AppError ? new Error(`${error.message} ${error.hint}`, {cause: error}) : error;
		}
	}
}

async function noteCancel({journal, say}: DeploymentRun): Promise<void> {
	if (!isCancelled(journal.records)) {
		await journal.append({kind: 'step', step: 'cancel', mark: 'started'});
		await say('info', 'Cancelled by the user: everything is being removed.');
	}
}

async function noteFailure({journal, say}: DeploymentRun, thrown: unknown): Promise<void> {
	const {error, cause, hint, message} = faultWords(thrown);
	if (hasFailed(journal.records)) {
		await say('warning', cause, {hint});
		return;
	}

	// Data that could not be had in all of the hold time is not asked for again.
	const salvage = isUp(journal.records) && !(error instanceof DataMissingError);
	await journal.append({kind: 'step', step: 'fail', mark: 'started', data: {cause, hint, salvage}});
	await say('error', message, {hint});
}

async function writeEnd(run: DeploymentRun): Promise<EndState> {
	const {journal, cancel, folder, say} = run;
	if (cancel.aborted) {
		await noteCancel(run);
	}

	const left = remaining(journal.records);
	const failure = stepRecord(journal.records, 'fail', 'started')?.data;
	// Ended before anything could come of it, by whatever wish.
	const isNothing = isFinishing(journal.records) && !isUp(journal.records);
	const isDropped = isCancelled(journal.records) || (isNothing && !failure && left.length === 0);
	const state = isDropped ? 'CANCELLED' : failure || left.length > 0 ? 'FAILED' : 'COMPLETED';
	const cause = failure?.cause ?? (left.length > 0 ? 'Not everything could be removed from the cloud.' : undefined);
	const hint = failure?.hint ?? (left.length > 0 ? 'Run `d2cm reap` to try again.' : undefined);
	await say(state === 'FAILED' ? 'error' : 'info', endWords(state, folder, journal.records));
	await enterState(journal, state);
	await journal.append({
		kind: 'end',
		state,
		...(typeof cause === 'string' && {cause}),
		...(typeof hint === 'string' && {hint}),
		...(left.length > 0 && {remaining: left}),
	});
	return state;
}

function endWords(state: EndState, folder: string, before: readonly JournalRecord[]): string {
	const hasResults = before.some(
		record => record.kind === 'step' && record.step === 'download' && record.mark === 'finished',
	);
	return `${state}. ${hasResults ? `Results are in ${folder}` : 'There are no results.'}`;
}

const hasFailed = (before: readonly JournalRecord[]) => isBegun(before, 'fail');
const isCancelled = (before: readonly JournalRecord[]) => isBegun(before, 'cancel');
const isUp = (before: readonly JournalRecord[]) => isEntered(before, 'INSTANCES_LAUNCHED');
const isOver = (before: readonly JournalRecord[]) => isFinished(before, waitForCompletion.name);
const endsEarly = (before: readonly JournalRecord[]) => isFinishing(before) && !isOver(before);
const canSalvage = (before: readonly JournalRecord[]) => stepRecord(before, 'fail', 'started')?.data?.salvage === true;
const isEntered = (before: readonly JournalRecord[], state: string) =>
	before.some(record => record.kind === 'state' && record.state === state);
