import {useState} from 'react';
import type {MigrationPlan, MigrationRequest} from '../actions/d2cm.js';
import {planLines} from '../actions/plan-lines.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useRoute} from './hooks/use-route.js';
import {migrationSteps, requestOf} from './migration-steps.js';
import {Confirm} from './parts/confirm.js';
import {Form} from './parts/form.js';
import type {FormValues} from './parts/form-field.js';

/** Makes an AMI of an image. Before the first byte leaves, it is said how many, what keeping them costs, and what would stop it. */
export function MigrationFormScreen({image}: {readonly image?: string | undefined}) {
	const d2cm = useD2cm();
	const database = useDatabase();
	const {back, replace} = useRoute();
	const act = useAction();
	const form = useForm(() => ({image: image ?? '', cloud: ''}));
	const [planned, setPlanned] = useState<{readonly request: MigrationRequest; readonly plan: MigrationPlan}>();

	const start = (request: MigrationRequest) =>
		act(
			`Starting the migration of ${request.image}`,
			() => d2cm.startMigration(request),
			job => replace({screen: 'migration', id: job.id}),
		);
	const submit = (values: FormValues) => {
		const request = requestOf(values, database);
		return act(
			'Looking for what would stop it',
			async hasLeft => {
				const plan = await d2cm.planMigration(request);
				// Where nothing has to travel, there is nothing to agree to.
				return plan.bytes === 0 && !plan.obstacle && !hasLeft()
					? {plan, job: await d2cm.startMigration(request)}
					: {plan};
			},
			({plan, job}) => (job ? replace({screen: 'migration', id: job.id}) : setPlanned({request, plan})),
		);
	};

	if (planned !== undefined) {
		const {request, plan} = planned;
		const begin = {
			key: 'y',
			label: 'Start',
			run: () => start(request),
			disabledReason: plan.obstacle && 'It would be stopped, as is said above.',
		};
		return (
			<Confirm
				heading={`Migrate ${request.image} to ${request.cloud}`}
				question={plan.obstacle ? 'It cannot be started yet.' : 'Start the migration?'}
				details={planLines(plan)}
				answers={[begin, {key: 'n', label: 'Back to the form', run: () => setPlanned(undefined)}]}
			/>
		);
	}

	return (
		<Form
			heading="Migrate an image"
			form={form}
			steps={values => migrationSteps(values, database)}
			submitLabel="Start"
			onSubmit={submit}
			onCancel={back}
		/>
	);
}
