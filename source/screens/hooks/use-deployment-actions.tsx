import {type ReactNode, useState} from 'react';
import type {JobSummary} from '../../actions/d2cm.js';
import {type Answer, Confirm} from '../parts/confirm.js';
import {whyNotCancel, whyNotResume} from '../parts/job-state.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {useAction} from './use-action.js';
import {useD2cm} from './use-d2cm.js';
import {useNotice} from './use-notice.js';
import {useStartActions} from './use-start-actions.js';

type Asked = {readonly what: 'cancel' | 'delete'; readonly job: JobSummary};

/** What can be done with a deployment wherever one is shown. While `question` is there, it is to be drawn instead. */
export function useDeploymentActions({onDeleted}: {readonly onDeleted?: (() => void) | undefined} = {}): {
	readonly question: ReactNode | undefined;
	readonly keys: (job: JobSummary | undefined, whyNone: string) => readonly KeyBinding[];
} {
	const d2cm = useD2cm();
	const {say} = useNotice();
	const act = useAction();
	const starting = useStartActions({onDeleted});
	const [asked, setAsked] = useState<Asked>();

	const answer = (key: string, label: string, work: () => void | Promise<void>): Answer => ({
		key,
		label,
		run: () => {
			setAsked(undefined);
			return work();
		},
	});
	const cancel = ({id, title}: JobSummary) =>
		act(
			`Cancelling ${title}`,
			() => d2cm.cancelJob(id),
			() => say(`${title} is being cancelled: its instances are terminated.`),
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

	return {
		question:
			starting.question ??
			(asked && (
				<Confirm
					heading={asked.job.title}
					question={asked.what === 'cancel' ? `Cancel ${asked.job.title}?` : `Delete ${asked.job.title}?`}
					details={
						asked.what === 'cancel'
							? ['Its instances are terminated at once. Data that were not collected yet are dropped.']
							: [`Its results and its record are in ${asked.job.folder}.`, 'Deleted results cannot be had back.']
					}
					answers={
						asked.what === 'cancel'
							? [
									answer('y', 'Cancel it, drop the data', () => cancel(asked.job)),
									answer('n', 'Let it run', () => undefined),
								]
							: [
									answer('k', 'Delete, keep results', () => remove(asked.job, 'keep')),
									answer('x', 'Delete results too', () => remove(asked.job, 'delete')),
									answer('n', 'Delete nothing', () => undefined),
								]
					}
				/>
			)),
		keys: (job, whyNone) => [
			{
				key: 'c',
				label: 'Cancel',
				isMinor: job?.isUnrun === true,
				disabledReason: job === undefined ? whyNone : whyNotCancel(job),
				run: () => job && setAsked({what: 'cancel', job}),
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
