import {useState} from 'react';
import type {D2cm, DeploymentPlan, DeploymentRequest} from '../actions/d2cm.js';
import {AppError} from '../engine/errors/app-error.js';
import {deploymentSteps, requestOfValues, valuesOfRequest} from './deployment-steps.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {Confirm} from './parts/confirm.js';
import {Form} from './parts/form.js';
import {type FormValues, textOf} from './parts/form-field.js';
import {planDetails} from './plan-details.js';

/** Types that the AMI may not start on are better than none: the plan asks again, and tells why the AMIs could not be had. */
async function askOffer(d2cm: D2cm, cloud: string) {
	const images = d2cm.machineImages(cloud).catch(() => []);
	return {types: await d2cm.instanceTypes(cloud), images: await images};
}

/** The deployment wizard. Nothing is started before its price was shown and agreed to, be it $0.00. */
export function DeploymentFormScreen({request = {}}: {readonly request?: Partial<DeploymentRequest> | undefined}) {
	const d2cm = useD2cm();
	const database = useDatabase();
	const {back, replace} = useRoute();
	const act = useAction();
	const form = useForm(() => valuesOfRequest(request, d2cm.database()));
	const [plan, setPlan] = useState<DeploymentPlan>();
	const cloud = textOf(form.state.values, 'cloud');
	const {value: offer, error} = usePolled(`types ${cloud}`, async () => askOffer(d2cm, cloud), 60_000, {
		followsChanges: false,
	});
	const problem =
		error instanceof AppError ? `${error.message} ${error.hint}` : error === undefined ? undefined : String(error);

	const makePlan = (values: FormValues) =>
		act(
			'Checking what can be checked before it costs',
			() => d2cm.planDeployment(requestOfValues(values, database)),
			setPlan,
		);
	const start = (agreed: DeploymentPlan) =>
		act(
			`Starting ${agreed.deployment.launchKey}`,
			() => d2cm.startDeployment(agreed),
			job => replace({screen: 'deployment', id: job.id}),
		);

	if (plan !== undefined) {
		return (
			<Confirm
				heading={`New deployment ${plan.deployment.launchKey}`}
				question={plan.priceLine}
				details={[...planDetails(plan), '', 'Start it?']}
				answers={[
					{key: 'y', label: 'Start', run: () => start(plan)},
					{key: 'n', label: 'Back to the form', run: () => setPlan(undefined)},
				]}
			/>
		);
	}

	return (
		<Form
			heading="New deployment"
			form={form}
			steps={values => deploymentSteps(values, database, {...offer, problem})}
			submitLabel="Plan"
			canFinishEarly
			onSubmit={makePlan}
			onCancel={back}
		/>
	);
}
