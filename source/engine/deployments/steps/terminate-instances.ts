import {type Instance, tagNames} from '../../cloud/cloud.js';
import type {Step} from '../../jobs/step.js';
import {isBegun, isFinished} from '../../jobs/step-marks.js';
import type {DeploymentRun} from '../deployment-run.js';
import {noteRemaining} from '../remaining.js';

/**
Ends every instance that carries our tags, and believes only the cloud: until each one that was known is `terminated`, or
not known to the cloud for a while. Never throws for what the cloud does: what is left after the limit is written down.
*/
export const terminateInstances: Step<DeploymentRun> = {
	name: 'terminate-instances',
	enters: 'SHUTTING_DOWN',
	async do(run) {
		const {clock, timing} = run;
		const untilMs = clock.now().getTime() + timing.terminateLimitMs;
		const terminated = new Set<string>();
		let quietSince: number | undefined;
		for (let problem = ''; ; ) {
			const look = await terminateOnce(run);
			const now = clock.now().getTime();
			for (const {id} of look.instances.filter(({state}) => state === 'terminated')) {
				terminated.add(id);
			}

			if (look.problem && look.problem !== problem) {
				problem = look.problem;
				await run.say('warning', `The cloud did not end the instances: ${problem} Trying again.`);
			}

			const living = look.instances.filter(({state}) => state !== 'terminated');
			quietSince = living.length > 0 || look.problem ? undefined : (quietSince ?? now);
			if (quietSince !== undefined && (isCertain(run, terminated) || now - quietSince >= timing.settleMs)) {
				return sayTerminated(run, terminated);
			}

			if (now > untilMs) {
				const left =
					living.length > 0 ? living.map(describeLeft) : [`instances of ${run.deployment.launchKey}, perhaps`];
				return noteRemaining(run, left);
			}

			await clock.sleep(Math.min(timing.launchPollMs, Math.max(1, untilMs - now)));
		}
	},
};

type Look = {readonly instances: readonly Instance[]; readonly problem?: string};

async function terminateOnce({cloud, deployment}: DeploymentRun): Promise<Look> {
	let instances: readonly Instance[] = [];
	try {
		instances = await cloud.describe({
			tags: {[tagNames.installation]: deployment.installation, [tagNames.deployment]: deployment.launchKey},
		});
		const living = instances.filter(({state}) => state !== 'terminated' && state !== 'shutting-down');
		if (living.length > 0) {
			await cloud.terminate(living.map(({id}) => id));
		}

		return {instances};
	} catch (error) {
		return {instances, problem: error instanceof Error ? error.message : String(error)};
	}
}

/** Nothing was reserved that we do not know of, and all we know of was seen terminated. */
function isCertain({journal, deployment, nodes}: DeploymentRun, terminated: ReadonlySet<string>): boolean {
	const {records} = journal;
	const isOpen = deployment.roles.some(
		({name}) => isBegun(records, 'reserve', name) && !isFinished(records, 'reserve', name),
	);
	return !isOpen && nodes().every(({instanceId}) => terminated.has(instanceId));
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
