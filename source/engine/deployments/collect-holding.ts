import {stepRecord} from '../jobs/step-marks.js';
import {collect, type Missing} from './collection.js';
import {DataMissingError} from './data-missing-error.js';
import type {DeploymentRun} from './deployment-run.js';

/**
Brings the data home. What is needed and cannot be had holds the instances, so that the user can mend it: it is tried
again until the template's hold time is over or the user cancels, which drops it.

@returns What is missing and not needed.
@throws {DataMissingError}
*/
export async function collectHolding(
	run: DeploymentRun,
	isNeeded: (missing: Missing) => boolean,
): Promise<readonly Missing[]> {
	const {clock, timing, cancel, deployment} = run;
	let told = '';
	for (;;) {
		const missing = await collect(run);
		const needed = missing.filter(isNeeded);
		if (needed.length === 0) {
			return missing;
		}

		const texts = needed.map(({text}) => text);
		if (needed.every(({isLost}) => isLost)) {
			throw new DataMissingError(texts, 'its instances are gone');
		}

		const untilMs = (await holdBegan(run)) + deployment.holdMinutes * 60_000;
		if (clock.now().getTime() >= untilMs) {
			throw new DataMissingError(texts, `the hold time of ${deployment.holdMinutes} minutes is over`);
		}

		if (texts.join() !== told) {
			told = texts.join();
			await sayHeld(run, needed, untilMs);
		}

		await clock.sleep(Math.min(timing.collectRetryMs, Math.max(1, untilMs - clock.now().getTime())), cancel);
	}
}

/** When the first data was found missing, in whatever process. */
async function holdBegan({journal, clock}: DeploymentRun): Promise<number> {
	if (!stepRecord(journal.records, 'hold', 'started')) {
		await journal.append({kind: 'step', step: 'hold', mark: 'started'});
	}

	return new Date(stepRecord(journal.records, 'hold', 'started')?.at ?? clock.now()).getTime();
}

async function sayHeld(run: DeploymentRun, missing: readonly Missing[], untilMs: number): Promise<void> {
	const {deployment, folder, connections} = run;
	const node = missing.find(({isLost}) => !isLost)?.node;
	const address = node && (await connections.address(node));
	const login = address
		? `ssh -i ${folder}/${deployment.launchKey}.pem -o UserKnownHostsFile=${folder}/known_hosts -p ${address.port} ${node.role.user}@${address.host}`
		: 'ssh';
	await run.say(
		'warning',
		`Data that was asked for is not here: ${missing.map(({text}) => text).join('; ')}. The instances are kept until ${new Date(untilMs).toISOString()}, and it is tried again every minute.`,
		{
			...(node && {node}),
			hint: `${missing.some(({isAbsent}) => isAbsent) ? `Log in with \`${login}\` and put it there` : 'Mend what it says'}, or run \`d2cm cancel ${deployment.id}\` to drop it.`,
		},
	);
}
