import type {DeploymentPlan} from '../actions/d2cm.js';
import {type Answer, Confirm} from './parts/confirm.js';
import {planDetails} from './plan-details.js';

/** The price of a run and all that bounds it, before it is started. */
export function PlanQuestion({
	heading,
	plan,
	answers,
}: {
	readonly heading: string;
	readonly plan: DeploymentPlan;
	/** The last one is the harmless one. */
	readonly answers: readonly Answer[];
}) {
	return (
		<Confirm
			heading={heading}
			question={plan.priceLine}
			details={[...planDetails(plan), '', 'Start it?']}
			answers={answers}
		/>
	);
}
