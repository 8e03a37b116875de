import {useState} from 'react';
import type {D2cm, DeploymentClone, DeploymentPlan, DeploymentRequest} from '../actions/d2cm.js';
import {AppError} from '../engine/errors/app-error.js';
import {deploymentSteps, namedAmis, requestOfValues, valuesOfRequest} from './deployment-steps.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {type Answer, Confirm} from './parts/confirm.js';
import {Form} from './parts/form.js';
import {type FormValues, textOf} from './parts/form-field.js';
import {PlanQuestion} from './plan-question.js';

/** Types that the AMI may not start on are better than none: the plan asks again, and tells why the AMIs could not be had. */
async function askOffer(d2cm: D2cm, cloud: string, named: readonly string[]) {
	const images = d2cm.machineImages(cloud, named).catch(() => []);
	return {types: await d2cm.instanceTypes(cloud), images: await images};
}

/** What comes of planning: a plan to agree to, or why there is none. */
type Checked = {readonly plan: DeploymentPlan} | {readonly obstacle: AppError};

/**
The deployment wizard, for a new one or one that was made and not started. Nothing is started before its price was shown and
agreed to, be it $0.00; it may be kept for later instead.
*/
export function DeploymentFormScreen({
	request = {},
	unrun,
}: {
	readonly request?: Partial<DeploymentRequest> | undefined;
	readonly unrun?: ({readonly id: string} & Pick<DeploymentClone, 'template' | 'amis'>) | undefined;
}) {
	const d2cm = useD2cm();
	const all = useDatabase();
	// One that is there has a copy of its template, and no other than that.
	const database = unrun === undefined ? all : {...all, templates: [unrun.template]};
	const {back, replace} = useRoute();
	const {say} = useNotice();
	const choose = useChoose();
	const act = useAction();
	const form = useForm(() => valuesOfRequest(request, database));
	const [checked, setChecked] = useState<Checked>();
	const cloud = textOf(form.state.values, 'cloud');
	const pinned = unrun?.amis?.cloud === cloud ? unrun.amis.ids : {};
	const named = [...namedAmis(form.state.values, database), ...Object.values(pinned)];
	const {value: offer, error} = usePolled(`types ${cloud} ${named}`, async () => askOffer(d2cm, cloud, named), 60_000, {
		followsChanges: false,
	});
	const problem =
		error instanceof AppError ? `${error.message} ${error.hint}` : error === undefined ? undefined : String(error);
	const heading = unrun === undefined ? 'New deployment' : `Deployment ${unrun.template.name}.${unrun.id}`;

	const wanted = (values: FormValues): DeploymentRequest => ({
		...requestOfValues(values, database),
		...(unrun && {rolesOf: unrun.id}),
	});
	const check = (values: FormValues) =>
		act(
			'Checking what can be checked before it costs',
			async () => {
				// Whatever comes of the plan, what was typed is kept with it.
				if (unrun) {
					await d2cm.changeDeployment(unrun.id, wanted(values));
					form.setState(old => ({...old, isDirty: false}));
				}

				const planning = unrun ? d2cm.planStart(unrun.id) : d2cm.planDeployment(wanted(values));
				return planning.then((plan): Checked => ({plan}), asObstacle);
			},
			setChecked,
		);
	const start = (agreed: DeploymentPlan) =>
		act(
			`Starting ${agreed.deployment.launchKey}`,
			() => d2cm.startDeployment(agreed),
			job => replace({screen: 'deployment', id: job.id}),
		);
	const keep = () =>
		act(
			'Keeping it for later',
			async () => (unrun ? d2cm.job(unrun.id) : d2cm.keepDeployment(wanted(form.state.values))),
			({id, title}) => {
				choose('deployments', id);
				replace({screen: 'deployment', id});
				say(`${title} is kept, and not started.`);
			},
		);

	const later: Answer = {key: 'k', label: 'Keep for later', run: keep};
	const backToForm: Answer = {key: 'n', label: 'Back to the form', run: () => setChecked(undefined)};
	if (checked !== undefined && 'plan' in checked) {
		const {plan} = checked;
		return (
			<PlanQuestion
				heading={heading}
				plan={plan}
				answers={[{key: 'y', label: 'Start', run: () => start(plan)}, later, backToForm]}
			/>
		);
	}

	if (checked !== undefined) {
		const {message, hint} = checked.obstacle;
		return (
			<Confirm
				heading={heading}
				question="It cannot be started as it is now."
				details={[message, '', hint]}
				answers={[later, backToForm]}
			/>
		);
	}

	return (
		<Form
			heading={heading}
			form={form}
			steps={values => deploymentSteps(values, database, {...offer, problem}, unrun?.amis)}
			submitLabel="Plan"
			canFinishEarly
			onSubmit={check}
			onCancel={back}
		/>
	);
}

function asObstacle(error: unknown): Checked {
	if (error instanceof AppError) {
		return {obstacle: error};
	}

	throw error;
}
