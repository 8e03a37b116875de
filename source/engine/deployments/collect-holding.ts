import {Stopwatch} from '../host/stopwatch.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import {isBegun, stepRecord, textList} from '../jobs/step-marks.js';
import {shellQuote} from '../ssh/shell-quote.js';
import {absentStep} from './at-stake.js';
import {allNotHere, collect, type Missing} from './collection.js';
import {DataMissingError} from './data-missing-error.js';
import type {DeploymentRun} from './deployment-run.js';
import {faultWords} from './fault-words.js';
import {holdStep} from './hold-step.js';
import {loginUser} from './login-user.js';
import {wakeAsleep} from './wake-asleep.js';

/**
Brings the data home. What is needed and cannot be had holds the instances, so that the user can mend it: it is tried
again until the template's hold time is over or the user cancels, which drops it. The hold time is one for the whole
deployment, whose instances cost money meanwhile: a process that resumes it has what is left since the journal's record, but
always the minutes that its user needs to see what is missing. In a process that works, neither a clock that is set nor a machine
that slept throws anything away.

Where the cloud gives no answer either when that time is over, it may be our own network: then nothing is given up.

An instance that has stopped meanwhile is started again for it. What goes wrong and is of no item, a fault of ours perhaps, holds
the instances as well: it may pass, and nothing that can still be had is given up for it.

@returns What is missing and not needed.
@throws {DataMissingError}
@throws {JobSuspendedError} Until it is resumed, the instances are kept.
*/
export async function collectHolding(
	run: DeploymentRun,
	isNeeded: (missing: Missing) => boolean,
): Promise<readonly Missing[]> {
	const {clock, timing, deployment} = run;
	const faults = new Set<string>();
	const holdMs = leftToHold(run);
	const held = new Stopwatch(clock, longestLookMs);
	let [told, hasWoken] = ['', false];
	for (;;) {
		const missing = await unlessItFails(run, faults, collect, allNotHere);
		const needed = missing.filter(isNeeded);
		if (needed.length === 0) {
			return missing;
		}

		const texts = needed.map(({text}) => text).toSorted();
		if (needed.every(({isLost}) => isLost)) {
			const hint =
				'Deploy again; if it happens again, see whether your scripts switch instances off or use up their memory.';
			throw new DataMissingError(texts, 'its instances are gone', hint);
		}

		if (needed.some(({isAsleep}) => isAsleep)) {
			await unlessItFails(run, faults, wakeAsleep, () => undefined);
			if (!hasWoken) {
				hasWoken = true;
				continue;
			}
		}

		await noteHold(run);
		await noteAbsent(run, missing);
		const leftMs = holdMs - held.passedMs();
		if (leftMs <= 0) {
			await mustBeHeard(run, needed);
			throw new DataMissingError(texts, `the hold time of ${deployment.holdMinutes} minutes is over`);
		}

		if (texts.join() !== told) {
			told = texts.join();
			await sayHeld(run, needed, clock.now().getTime() + leftMs);
		}

		await unlessFinished(run, async signal => clock.sleep(Math.min(timing.collectRetryMs, leftMs), signal));
	}
}

/** Waits, but not any longer once the user wants the end, results first: then less may be needed. */
async function unlessFinished({cancel, finish}: DeploymentRun, wait: (signal: AbortSignal) => Promise<void>) {
	if (finish.aborted) {
		return wait(cancel);
	}

	try {
		await wait(AbortSignal.any([cancel, finish]));
	} catch (error) {
		cancel.throwIfAborted();
		if (!finish.aborted) {
			throw error;
		}
	}
}

/** @throws {JobSuspendedError} When it cannot be told whether the fault is with the instances or with this machine. */
async function mustBeHeard(run: DeploymentRun, needed: readonly Missing[]): Promise<void> {
	const {cancel, deployment} = run;
	if (needed.every(({isAbsent}) => isAbsent)) {
		return;
	}

	if ((await run.instancesNow(cancel)) === undefined) {
		throw new JobSuspendedError(
			`Neither the instances of ${deployment.launchKey} nor their cloud tell how they stand, so nothing is given up.`,
			`Look at the network of this machine and the warnings among the events, then run \`d2cm resume ${deployment.id}\`, or \`d2cm cancel ${deployment.id}\` to drop what is missing.`,
		);
	}
}

/** What goes wrong is said once. @throws What has to be thrown: a cancel, or that the job cannot go on now. */
async function unlessItFails<T>(
	run: DeploymentRun,
	faults: Set<string>,
	work: (run: DeploymentRun) => Promise<T>,
	otherwise: (run: DeploymentRun, error: unknown) => T,
): Promise<T> {
	try {
		return await work(run);
	} catch (error) {
		run.cancel.throwIfAborted();
		if (error instanceof JobSuspendedError) {
			throw error;
		}

		// The same fault comes by another stack, where it was waited for in another way.
		const {cause, message, hint} = faultWords(error);
		if (!faults.has(cause)) {
			faults.add(cause);
			await run.say('error', message, {hint});
		}

		return otherwise(run, error);
	}
}

/** A look that takes longer counts as long as this: instances out of reach are not looked at for ever. */
const longestLookMs = 20 * 60_000;
const leastHoldMs = 5 * 60_000;

/** The hold time, less what has passed since an earlier process found data missing. */
function leftToHold({journal, clock, deployment}: DeploymentRun): number {
	const holdMs = deployment.holdMinutes * 60_000;
	const noted = stepRecord(journal.records, holdStep, 'started');
	const passedMs = noted ? Math.max(0, clock.now().getTime() - Date.parse(noted.at)) : 0;
	return Math.max(holdMs - passedMs, Math.min(holdMs, leastHoldMs));
}

/** That data was found missing. */
async function noteHold({journal}: DeploymentRun): Promise<void> {
	if (!isBegun(journal.records, holdStep)) {
		await journal.append({kind: 'step', step: holdStep, mark: 'started'});
	}
}

/** For whoever thinks of a cancel: these are not dropped by it, since they are not there. */
async function noteAbsent({journal}: DeploymentRun, missing: readonly Missing[]): Promise<void> {
	const absent = missing.filter(({isAbsent}) => isAbsent).map(({subject}) => subject);
	const known = textList(stepRecord(journal.records, absentStep, 'finished')?.data, 'absent');
	if (absent.toSorted().join() !== known.toSorted().join()) {
		await journal.append({kind: 'step', step: absentStep, mark: 'finished', data: {absent}});
	}
}

async function sayHeld(run: DeploymentRun, missing: readonly Missing[], untilMs: number): Promise<void> {
	const {deployment, folder, connections} = run;
	const node = missing.find(({isLost}) => !isLost)?.node;
	const address = node && connections.address(node);
	const login = address
		? [
				...['ssh', '-i', shellQuote(`${folder}/${deployment.launchKey}.pem`)],
				...['-o', shellQuote(`UserKnownHostsFile=${sshQuote(`${folder}/known_hosts`)}`)],
				...['-p', address.port, shellQuote(`${loginUser(run.journal.records, node)}@${address.host}`)],
			].join(' ')
		: 'ssh';
	const isAbsent = missing.some(one => one.isAbsent);
	const leave = isAbsent
		? `or run \`d2cm finish ${deployment.id}\` to end the run without it`
		: `or run \`d2cm cancel ${deployment.id}\` to drop it`;
	await run.say(
		'warning',
		`Data that was asked for is not here: ${missing.map(({text}) => text).join('; ')}. The instances are kept until ${minute(untilMs)}, and it is tried again every minute.`,
		{
			...(node && {node}),
			hint: `${isAbsent ? `Log in with \`${login}\` and put it there` : 'Mend what it says'}, ${leave}.`,
		},
	);
}

/** A path as a value of an option of ssh, which takes it apart at spaces and knows quotes of its own. */
function sshQuote(path: string): string {
	return /^[\w@%+=:,./-]+$/.test(path) ? path : `"${path.replace(/["\\]/g, '\\$&')}"`;
}

/** `2026-11-23 08:27 UTC` */
const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
