import type {ReactNode} from 'react';
import type {DeploymentClone, DeploymentPlan, JobSummary} from '../../actions/d2cm.js';
import {Confirm} from '../parts/confirm.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {PlanQuestion} from '../plan-question.js';
import {useAction} from './use-action.js';
import {useD2cm} from './use-d2cm.js';
import {useNotice} from './use-notice.js';
import {useQuestion} from './use-question.js';
import {useRoute} from './use-route.js';
import {useChoose} from './use-selection.js';

type Asked =
	| {readonly what: 'start'; readonly plan: DeploymentPlan}
	| {readonly what: 'clone'; readonly clone: DeploymentClone; readonly job: JobSummary}
	| {readonly what: 'delete'; readonly job: JobSummary};

/** What leads to a run: cloning, running again, and starting, changing or dropping what was made and not started. */
export function useStartActions({onDeleted}: {readonly onDeleted?: (() => void) | undefined}): {
	readonly question: ReactNode | undefined;
	readonly keys: (job: JobSummary | undefined, whyNone: string) => readonly KeyBinding[];
} {
	const d2cm = useD2cm();
	const {open, route} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const {asked, setAsked, answer} = useQuestion<Asked>();

	const start = (plan: DeploymentPlan) =>
		act(
			`Starting ${plan.deployment.launchKey}`,
			() => d2cm.startDeployment(plan),
			({id, title}) => {
				choose('deployments', id);
				if (route.screen !== 'deployment' || route.id !== id) open({screen: 'deployment', id});
				say(`${title} is started.`);
			},
		);
	const plan = (doing: string, work: () => Promise<DeploymentPlan>) =>
		act(doing, work, planned => setAsked({what: 'start', plan: planned}));
	const change = ({id, title}: JobSummary) =>
		act(
			`Opening ${title}`,
			() => d2cm.cloneDeployment(id),
			({request, template, amis}) =>
				open({screen: 'deployment-form', request, unrun: {id, template, ...(amis && {amis})}}),
		);
	/** Made at once, and then there to be changed. */
	const make = async ({request}: DeploymentClone) => {
		const made = await d2cm.keepDeployment(request);
		return {made, clone: await d2cm.cloneDeployment(made.id)};
	};
	const show = ({made, clone: {request, template, amis}}: Awaited<ReturnType<typeof make>>, {title}: JobSummary) => {
		choose('deployments', made.id);
		open({screen: 'deployment-form', request, unrun: {id: made.id, template, ...(amis && {amis})}});
		say(`${made.title} is a clone of ${title}, and not started.`);
	};
	const clone = (job: JobSummary) =>
		act(
			`Cloning ${job.title}`,
			async () => {
				const seen = await d2cm.cloneDeployment(job.id);
				return seen.templateNow === 'changed' ? seen : make(seen);
			},
			result => ('made' in result ? show(result, job) : setAsked({what: 'clone', clone: result, job})),
		);
	const makeAsked = (wanted: DeploymentClone, job: JobSummary) =>
		act(
			`Cloning ${job.title}`,
			() => make(wanted),
			result => show(result, job),
		);
	const remove = ({id, title}: JobSummary) =>
		act(
			`Deleting ${title}`,
			() => d2cm.deleteDeployment(id, {results: 'delete'}),
			() => {
				onDeleted?.();
				say(`${title} is deleted.`);
			},
		);
	const question = (now: Asked) => {
		switch (now.what) {
			case 'start':
				return (
					<PlanQuestion
						heading={`Start ${now.plan.deployment.launchKey}`}
						plan={now.plan}
						answers={[answer('y', 'Start', () => start(now.plan)), answer('n', 'Not now', () => undefined)]}
					/>
				);
			case 'clone':
				return (
					<Confirm
						heading={`Clone ${now.job.title}`}
						question={`The template ${now.clone.template.name} was changed since. Clone ${now.job.title} as it is?`}
						details={['The template differs in these lines (- then, + now):', '', ...now.clone.changes]}
						answers={[
							answer('y', 'As it is', () => makeAsked(now.clone, now.job)),
							answer('t', 'With the template of now', () => makeAsked(withTemplateNow(now.clone), now.job)),
							answer('n', 'No clone', () => undefined),
						]}
					/>
				);
			case 'delete':
				return (
					<Confirm
						heading={now.job.title}
						question={`Delete ${now.job.title}?`}
						details={['It was not started: nothing is lost but what was chosen for it.']}
						answers={[answer('y', 'Delete', () => remove(now.job)), answer('n', 'Delete nothing', () => undefined)]}
					/>
				);
		}
	};

	return {
		question: asked && question(asked),
		keys: (job, whyNone) => [
			{
				key: 's',
				label: 'Start',
				isMinor: job?.isUnrun !== true,
				disabledReason:
					job === undefined ? whyNone : job.isUnrun ? undefined : 'It was started already. Press a to run it again.',
				run: () => job && plan(`Checking ${job.title}`, () => d2cm.planStart(job.id)),
			},
			...(job?.isUnrun ? [{key: 'e', label: 'Change', run: () => change(job)}] : []),
			{
				key: 'l',
				label: 'Clone',
				disabledReason: job === undefined ? whyNone : undefined,
				run: () => job && clone(job),
			},
			{
				key: 'a',
				label: 'Run again',
				isMinor: job?.isUnrun === true,
				disabledReason: job === undefined ? whyNone : job.isUnrun ? 'It was not started yet. Press s.' : undefined,
				run: () => job && plan(`Checking ${job.title}, the same again`, () => d2cm.planRerun(job.id)),
			},
			...(job?.isUnrun ? [{key: 'd', label: 'Delete', run: () => setAsked({what: 'delete', job})}] : []),
		],
	};
}

function withTemplateNow({request, ...clone}: DeploymentClone): DeploymentClone {
	const {rolesOf: _, ...fresh} = request;
	return {...clone, request: fresh};
}
