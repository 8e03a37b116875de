import type {Step} from '../../jobs/step.js';
import {ContextualizationError} from '../contextualization-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {setLease} from '../lease/lease-commands.js';
import {leaseLimits} from '../lease/lease-limits.js';
import {spending} from '../spending.js';
import {together} from '../together.js';

/** An instance that is busy, or emulated, takes its time to start a service. */
const longestMs = 5 * 60_000;

/** Gives every instance a timer that ends it when this machine is no more, so that nothing can cost money for ever. */
export const armLease: Step<DeploymentRun> = {
	name: 'arm-lease',
	async do(run) {
		const {deployment, cancel, timing} = run;
		const spent = spending(run);
		// As if all that was spent had been spent on what runs now.
		const seconds = spent && spent.hourlyUsd > 0 ? (spent.usd / spent.hourlyUsd) * 3600 : 0;
		const limits = leaseLimits({...deployment, roles: spent?.living ?? deployment.roles}, seconds);
		if (!limits) {
			return;
		}

		await together(
			cancel,
			timing.concurrency,
			run.nodes().map(node => async signal => {
				const {leaseSeconds, mostSeconds, graceSeconds} = limits;
				const data = {leaseSeconds, ...(mostSeconds !== undefined && {mostSeconds}), graceSeconds};
				await run.once(
					'lease',
					node.name,
					async () => {
						const {command, input} = setLease(limits);
						const {code, stderr} = await run.connections.use(
							node,
							signal,
							async shell => shell.run(command, {input}),
							longestMs,
						);
						if (code !== 0) {
							throw new ContextualizationError(node.name, 'set the timer that ends it', stderr.trim().slice(-300));
						}

						return undefined;
					},
					data,
				);
			}),
		);
	},
};
