import type {JobSummary} from '../actions/d2cm.js';
import {formatDuration} from '../engine/host/format-duration.js';
import {useDatabase} from './hooks/use-database.js';
import {useDeploymentActions} from './hooks/use-deployment-actions.js';
import {useHostKeys} from './hooks/use-host-keys.js';
import {useJobs} from './hooks/use-jobs.js';
import {useRoute} from './hooks/use-route.js';
import {formatPrice, formatTime} from './parts/format.js';
import {jobColor, jobState} from './parts/job-state.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

/** The experiments: those that run, those that were interrupted, and those that ended. */
export function DeploymentsScreen() {
	const {open} = useRoute();
	const {templates} = useDatabase();
	const asked = useJobs();
	const jobs = asked.value ?? [];
	const {question, keys: jobKeys} = useDeploymentActions();
	const hostKeys = useHostKeys(jobs);
	const rows = jobs
		.filter(({kind}) => kind === 'deployment')
		.toSorted((left, right) => right.createdAt.localeCompare(left.createdAt));
	const columns: readonly Column<JobSummary>[] = [
		// Its end is the ID that the commands take.
		{title: 'Launch key', text: ({title}) => title, cut: 'start'},
		{title: 'State', width: 20, text: jobState, color: jobColor},
		{title: 'Cloud', width: 8, text: ({cloud}) => cloud},
		{title: 'Size', width: 8, align: 'right', text: sizeText},
		{title: 'Took', width: 11, align: 'right', text: tookText},
		{title: 'Cost', width: 8, align: 'right', text: ({costUsd}) => formatPrice(costUsd ?? undefined)},
	];
	const toAnswer = question ?? hostKeys.question;
	if (toAnswer !== undefined) {
		return toAnswer;
	}

	const noTemplate =
		templates.length === 0 ? 'There is no template to deploy. Make one under Templates first.' : undefined;
	const none = 'There is no deployment yet.';
	return (
		<ListScreen
			heading="Deployments"
			name="deployments"
			rows={rows}
			keyOf={({id}) => id}
			columns={columns}
			asked={asked}
			footer={({createdAt}) => `Made ${formatTime(createdAt)}.`}
			empty={{text: none, hint: noTemplate ?? 'Press n to run a template on a cloud.'}}
			keys={selected => [
				{key: 'n', label: 'New', disabledReason: noTemplate, run: () => open({screen: 'deployment-form'})},
				{
					key: 'enter',
					label: 'Open',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'deployment', id: selected.id}),
				},
				...hostKeys.keys(selected),
				...jobKeys(selected, none),
				{key: 'o', label: 'Orphans', run: () => open({screen: 'orphans'})},
			]}
		/>
	);
}

/** Short, where the digits would not fit: `1.5e+9`. */
function sizeText({problemSize}: JobSummary): string {
	const digits = String(problemSize ?? '');
	return digits.length > 8 ? (problemSize ?? 0).toPrecision(3) : digits;
}

const tookText = ({durationSeconds}: JobSummary) =>
	durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000);
