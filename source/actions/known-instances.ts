import {setTimeout as sleep} from 'node:timers/promises';
import {type Cloud, type Instance, tagNames} from '../engine/cloud/cloud.js';
import type {Deployment} from '../engine/deployments/deployment.js';
import {AppError} from '../engine/errors/app-error.js';

export type KnownInstances = {
	/** By ID; while the cloud is silent, as it said last. */
	readonly known: ReadonlyMap<string, Instance>;
	/** Why the cloud does not say how they are now, in a sentence. */
	readonly silence?: string;
};

type Asked = {
	known: ReadonlyMap<string, Instance>;
	silence?: string | undefined;
	/** Under way; it never fails. */
	asking?: Promise<void> | undefined;
};

const mostWaitMs = 3000;
/** Where the last answer did not come, there is no reason to wait for the next. */
const silentWaitMs = 200;

/**
What clouds say of the instances of deployments. What is on this machine is shown all the same when a cloud does not answer for
minutes, as in a cut of the network: nobody waits long, and one question is under way at a time.
*/
export function instancesOf(
	openCloud: (name: string) => Promise<Cloud>,
	waitMs = mostWaitMs,
): (deployment: Deployment) => Promise<KnownInstances> {
	const all = new Map<string, Asked>();
	return async deployment => {
		const {launchKey, cloud} = deployment;
		const asked: Asked = all.get(launchKey) ?? {known: new Map()};
		all.set(launchKey, asked);
		const wait = asked.silence === undefined ? waitMs : Math.min(waitMs, silentWaitMs);
		asked.asking ??= ask(asked, deployment, openCloud).finally(() => {
			asked.asking = undefined;
		});
		const stop = new AbortController();
		await Promise.race([asked.asking, sleep(wait, undefined, {signal: stop.signal}).catch(() => undefined)]);
		stop.abort();
		if (asked.asking !== undefined) {
			asked.silence ??= `${cloud} has not answered yet.`;
		}

		return {known: asked.known, ...(asked.silence !== undefined && {silence: asked.silence})};
	};
}

async function ask(
	asked: Asked,
	{cloud, installation, launchKey}: Deployment,
	openCloud: (name: string) => Promise<Cloud>,
): Promise<void> {
	try {
		const instances = await (await openCloud(cloud)).describe({
			tags: {[tagNames.installation]: installation, [tagNames.deployment]: launchKey},
		});
		asked.known = new Map(instances.map(instance => [instance.id, instance]));
		asked.silence = undefined;
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		asked.silence = error.message;
	}
}
