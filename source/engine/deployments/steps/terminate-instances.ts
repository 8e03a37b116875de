import {type Instance, tagNames} from '../../cloud/cloud.js';
import {CloudSilentError} from '../../cloud/cloud-silent-error.js';
import {isNoAnswer} from '../../cloud/may-pass.js';
import {AppError} from '../../errors/app-error.js';
import {Stopwatch} from '../../host/stopwatch.js';
import {within} from '../../host/within.js';
import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';
import {noteRemaining} from '../remaining.js';
import {stopForSilence} from '../stop-for-silence.js';

/** A cloud on this machine ends an instance at once. */
const firstPauseMs = 20;

/**
Ends every instance that carries our tags and every one that we know of, and believes only the cloud: until each one that was
known is `terminated`, or not shown by the cloud for a while. What was asked of it before a cancel and goes on may still make some.
What is left after the limit is written down.

@throws {JobSuspendedError} When the cloud gives no answer for long, or refuses: nobody knows then what is left.
*/
export const terminateInstances: Step<DeploymentRun> = {
	name: 'terminate-instances',
	enters: 'SHUTTING_DOWN',
	async do(run) {
		const {clock, timing, cloud} = run;
		const settleMs = Math.max(timing.settleMs, cloud.unseenMs ?? 0);
		const longestStepMs = 2 * timing.cloudCallLimitMs + timing.launchPollMs;
		let waited = new Stopwatch(clock, longestStepMs);
		const terminated = new Set<string>();
		let silent: Stopwatch | undefined;
		let quiet: Stopwatch | undefined;
		let pauseMs = Math.min(firstPauseMs, timing.launchPollMs);
		for (let problem = ''; ; ) {
			const look = await terminateOnce(run, terminated);
			for (const {id} of look.instances.filter(({state}) => state === 'terminated')) {
				terminated.add(id);
			}

			const message = look.problem instanceof Error ? look.problem.message : '';
			if (message && message !== problem) {
				problem = message;
				await run.say('warning', `The cloud did not end the instances: ${problem} Trying again.`);
			}

			const living = look.instances.filter(({state}) => state !== 'terminated');
			const isBusy = run.underWay.size > 0 && waited.passedMs() <= timing.terminateLimitMs;
			quiet = living.length > 0 || look.problem || isBusy ? undefined : (quiet ?? new Stopwatch(clock));
			if (quiet && (isCertain(run, terminated) || quiet.passedMs() >= settleMs)) {
				return sayTerminated(run, terminated);
			}

			if (silent && !look.isUnheard) {
				waited = new Stopwatch(clock, longestStepMs); // Only now was it really asked.
			}

			silent = look.isUnheard ? (silent ?? new Stopwatch(clock, longestStepMs)) : undefined;
			if (silent && silent.passedMs() >= timing.cloudSilenceLimitMs) {
				throw stopForSilence(run, look.problem);
			}

			// Being quiet has its own limit.
			if (!silent && !quiet && waited.passedMs() > timing.terminateLimitMs) {
				const left =
					living.length > 0 ? living.map(describeLeft) : [`instances of ${run.deployment.launchKey}, perhaps`];
				return noteRemaining(run, left);
			}

			await clock.sleep(pauseMs);
			pauseMs = Math.min(2 * pauseMs, timing.launchPollMs);
		}
	},
};

type Look = {
	readonly instances: readonly Instance[];
	readonly problem?: Error;
	/** The cloud did not deal with it, or refused: nothing is known of what is left. */
	readonly isUnheard?: boolean;
};

/** One look at the cloud, and the wish that all should end. What it does not show now may live all the same. */
async function terminateOnce(run: DeploymentRun, terminated: ReadonlySet<string>): Promise<Look> {
	const {cloud, deployment, clock, timing, nodes} = run;
	const limitMs = timing.cloudCallLimitMs;
	const limit = {clock, limitMs, late: () => new CloudSilentError(`it did not answer within ${limitMs / 1000} s.`)};
	let instances: readonly Instance[] = [];
	try {
		instances = await within(limit, async () =>
			cloud.describe({
				tags: {[tagNames.installation]: deployment.installation, [tagNames.deployment]: deployment.launchKey},
			}),
		);
		const living = instances.filter(({state}) => state !== 'terminated' && state !== 'shutting-down');
		const unseen = nodes().filter(
			({instanceId}) => !terminated.has(instanceId) && instances.every(({id}) => id !== instanceId),
		);
		const ids = [...living.map(({id}) => id), ...unseen.map(({instanceId}) => instanceId)];
		if (ids.length > 0) {
			await within(limit, async () => cloud.terminate(ids));
		}

		return {instances};
	} catch (error) {
		const isUnheard = error instanceof AppError && isNoAnswer(error);
		return {instances, problem: error instanceof Error ? error : new Error(String(error)), isUnheard};
	}
}

/** Nothing was reserved that we do not know of, and all we know of was seen terminated. */
function isCertain({journal, nodes}: DeploymentRun, terminated: ReadonlySet<string>): boolean {
	const open = new Set<string>();
	for (const record of journal.records) {
		if (record.kind === 'step' && (record.step === 'reserve' || record.step === 'replace')) {
			const reservation = `${record.step} ${record.subject}`;
			record.mark === 'started' ? open.add(reservation) : open.delete(reservation);
		}
	}

	return open.size === 0 && nodes().every(({instanceId}) => terminated.has(instanceId));
}

async function sayTerminated(run: DeploymentRun, terminated: ReadonlySet<string>): Promise<void> {
	for (const {name} of run.deployment.roles) {
		const ids = run.nodes().filter(({role}) => role.name === name);
		if (ids.length > 0) {
			const list = ids.map(({instanceId}) => instanceId).join(', ');
			await run.say('info', `Reservation ${list} successfully terminated`, {role: name});
		}
	}

	const others = [...terminated].filter(id => run.nodes().every(({instanceId}) => instanceId !== id));
	if (others.length > 0) {
		await run.say('info', `Reservation ${others.join(', ')} successfully terminated`);
	}
}

const describeLeft = ({id, instanceType, state}: Instance) => `instance ${id} (${instanceType}, ${state})`;
