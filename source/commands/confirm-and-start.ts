import type {D2cm, DeploymentPlan, DeploymentRequest} from '../actions/d2cm.js';
import {doneSentence} from '../engine/deployments/done-rule.js';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import type {Call} from './command.js';
import {NotConfirmedError} from './not-confirmed-error.js';
import {startedJob} from './started-job.js';
import {sentence} from './wrap-words.js';

/** Plans a deployment, shows its price, and starts it once that is agreed to. */
export async function confirmAndStart(d2cm: D2cm, request: DeploymentRequest, call: Call): Promise<number> {
	return confirmPlan(d2cm, await d2cm.planDeployment(request), call);
}

/** What the user should know of a plan, in sentences. */
export const planLines = ({remarks, priceLine, costLines, deployment}: DeploymentPlan): readonly string[] => [
	...remarks,
	priceLine,
	...costLines,
	doneSentence(deployment.roles),
];

/** Shows the price of a plan, and starts it once that is agreed to. */
export async function confirmPlan(d2cm: D2cm, plan: DeploymentPlan, call: Call): Promise<number> {
	const {options, json, output} = call;
	for (const line of planLines(plan)) {
		if (json) {
			output.remark(line);
		} else {
			output.print(sentence(line, output));
		}
	}

	if (options.has('yes') && plan.hourlyUsd === undefined && !options.has('unknown-price')) {
		throw new NotConfirmedError(
			'The price is not known, so --yes is not enough.',
			'Add --unknown-price to agree to that too, or say what it is: d2cm price set CLOUD TYPE USD.',
		);
	}

	if (!options.has('yes')) {
		if (json || !output.isTerminal) {
			throw new NotConfirmedError('The price was not agreed to, so nothing was started.');
		}

		if (!(await output.confirm('Start it?'))) {
			throw new CancelledError('The deployment');
		}
	}

	return startedJob(d2cm, await d2cm.startDeployment(plan), call);
}
