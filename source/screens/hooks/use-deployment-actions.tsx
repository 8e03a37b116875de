import type {ReactNode} from 'react';
import type {JobSummary} from '../../actions/d2cm.js';
import {atStakeSentence} from '../../engine/deployments/at-stake.js';
import {Confirm} from '../parts/confirm.js';
import {whyNotCancel, whyNotFinish, whyNotResume} from '../parts/job-state.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {useAction} from './use-action.js';
import {useD2cm} from './use-d2cm.js';
import {useNotice} from './use-notice.js';
import {useQuestion} from './use-question.js';
import {useStartActions} from './use-start-actions.js';

type Asked = {
	readonly what: 'cancel' | 'finish' | 'delete';
	readonly job: JobSummary;
	/** What a cancel would drop, in sentences; left out until that is known. */
	readonly dropped?: readonly string[];
};

/** What can be done with a deployment wherever one is shown. While `question` is there, it is to be drawn instead. */
export function useDeploymentActions({onDeleted}: {readonly onDeleted?: (() => void) | undefined} = {}): {
	readonly question: ReactNode | undefined;
	readonly keys: (job: JobSummary | undefined, whyNone: string) => readonly KeyBinding[];
} {
	const d2cm = useD2cm();
	const {say} = useNotice();
	const act = useAction();
	const starting = useStartActions({onDeleted});
	const {asked, setAsked, answer} = useQuestion<Asked>();

	const cancel = ({id, title}: JobSummary) =>
		act(
			`Cancelling ${title}`,
			() => d2cm.cancelJob(id),
			() => say(`${title} is being cancelled: its instances are terminated.`),
		);
	const askCancel = async (job: JobSummary) => {
		setAsked({what: 'cancel', job});
		// Where it cannot be looked at, the question says that all is dropped.
		const dropped = await d2cm.atStake(job.id).catch(() => []);
		setAsked(now =>
			now?.what === 'cancel' && now.job.id === job.id ? {...now, dropped: dropped.map(atStakeSentence)} : now,
		);
	};
	const finish = ({id, title}: JobSummary) =>
		act(
			`Ending ${title}, results first`,
			() => d2cm.finishJob(id),
			() => say(`${title} is being ended: its results are fetched first.`),
		);
	const remove = ({id, title, folder}: JobSummary, results: 'keep' | 'delete') =>
		act(
			`Deleting ${title}`,
			() => d2cm.deleteDeployment(id, {results}),
			() => {
				onDeleted?.();
				say(
					results === 'keep'
						? `${title} is deleted; its results stay in ${folder}.`
						: `${title} and its results are deleted.`,
				);
			},
		);

	const questionFor = ({what, job, dropped = []}: Asked) => {
		const {title, folder} = job;
		const letItRun = answer('n', 'Let it run', () => undefined);
		switch (what) {
			case 'cancel':
				return (
					<Confirm
						heading={title}
						question={`Cancel ${title}?`}
						details={[
							'Its instances are terminated at once. Data that were not collected yet are dropped.',
							...dropped,
						]}
						answers={[
							answer('y', 'Cancel it, drop the data', () => cancel(job)),
							...(whyNotFinish(job) === undefined ? [answer('x', 'End it, results first', () => finish(job))] : []),
							letItRun,
						]}
					/>
				);
			case 'finish':
				return (
					<Confirm
						heading={title}
						question={`End ${title} now, results first?`}
						details={[
							'Nothing is waited for any more: its results, as far as they are there, are fetched and verified, then its instances are terminated.',
							'Scripts that still run are asked to end (SIGTERM), and have half a minute for it.',
						]}
						answers={[answer('y', 'End it, results first', () => finish(job)), letItRun]}
					/>
				);
			default:
				return (
					<Confirm
						heading={title}
						question={`Delete ${title}?`}
						details={[`Its results and its record are in ${folder}.`, 'Deleted results cannot be had back.']}
						answers={[
							answer('k', 'Delete, keep results', () => remove(job, 'keep')),
							answer('x', 'Delete results too', () => remove(job, 'delete')),
							answer('n', 'Delete nothing', () => undefined),
						]}
					/>
				);
		}
	};

	return {
		question: starting.question ?? (asked && questionFor(asked)),
		keys: (job, whyNone) => [
			{
				key: 'c',
				label: 'Cancel',
				isMinor: job?.isUnrun === true,
				disabledReason: job === undefined ? whyNone : whyNotCancel(job),
				run: () => job && askCancel(job),
			},
			{
				key: 'x',
				label: 'End now',
				isMinor: job?.isUnrun === true,
				disabledReason: job === undefined ? whyNone : whyNotFinish(job),
				run: () => job && setAsked({what: 'finish', job}),
			},
			{
				key: 'r',
				label: 'Resume',
				isMinor: job?.isUnrun === true,
				disabledReason: job === undefined ? whyNone : whyNotResume(job),
				run: () =>
					job &&
					act(
						`Resuming ${job.title}`,
						() => d2cm.resumeJob(job.id),
						() => say(`${job.title} goes on.`),
					),
			},
			...starting.keys(job, whyNone),
			...(job?.isUnrun
				? []
				: [
						{
							key: 'd',
							label: 'Delete',
							disabledReason:
								job === undefined
									? whyNone
									: job.end === undefined
										? `${job.title} has not ended. Cancel it first.`
										: undefined,
							run: () => job && setAsked({what: 'delete', job}),
						},
					]),
		],
	};
}
