import type {Step} from '../../jobs/step.js';
import {asReserved} from '../as-reserved.js';
import {ContextualizationError} from '../contextualization-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {setLease} from '../lease/lease-commands.js';
import {leaseLimits} from '../lease/lease-limits.js';
import {secondsSinceReservation} from '../seconds-since-reservation.js';
import {together} from '../together.js';

/** An instance that is busy, or emulated, takes its time to start a service. */
const longestMs = 5 * 60_000;

/** Gives every instance a timer that ends it when this machine is no more, so that nothing can cost money for ever. */
export const armLease: Step<DeploymentRun> = {
	name: 'arm-lease',
	async do(run) {
		const {deployment, cancel, timing} = run;
		const limits = leaseLimits(
			{...deployment, roles: asReserved(deployment.roles, run.journal.records)},
			secondsSinceReservation(run),
		);
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
