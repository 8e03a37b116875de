import type {DeploymentRun} from '../deployment-run.js';
import {removeStaged} from './remove-staged.js';

/** Empties one bucket of what this deployment has in it, and writes it down. `ask` may ask again. */
export async function unstage(
	run: DeploymentRun,
	bucket: string,
	ask: (question: () => Promise<void>) => Promise<void>,
): Promise<void> {
	const {staging} = run.cloud;
	if (!staging) {
		throw new Error('The cloud has no object store any more.');
	}

	await run.once('unstage', bucket, async () => {
		await ask(async () => removeStaged({...staging, bucket}, run.deployment));
		return undefined;
	});
}
