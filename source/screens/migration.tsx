import {useState} from 'react';
import type {JobSummary} from '../actions/d2cm.js';
import {formatDuration} from '../engine/host/format-duration.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useJobRecords} from './hooks/use-job-records.js';
import {useLogLines} from './hooks/use-log-lines.js';
import {useLogView} from './hooks/use-log-view.js';
import {useNow} from './hooks/use-now.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {Confirm} from './parts/confirm.js';
import {EndPanel, endHeight} from './parts/end-panel.js';
import {jobColor, jobState, whyInterrupted, whyNotCancel, whyNotResume} from './parts/job-state.js';
import type {KeyBinding} from './parts/key-binding.js';
import {LogView} from './parts/log-view.js';
import {ProgressLine, useProgress} from './parts/progress-line.js';
import {Screen} from './parts/screen.js';
import {Text} from './parts/text.js';

/** A migration, live or after its end. Leaving the screen stops nothing. */
export function MigrationScreen({id}: {readonly id: string}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const act = useAction();
	const {value: job, error} = usePolled(`job ${id}`, async () => d2cm.job(id), 1000);
	const records = useJobRecords(id);
	const view = useLogView(useLogLines(records));
	const progresses = useProgress(records).slice(-4);
	const isRunning = job?.alive === true && job.end === undefined;
	const now = useNow(isRunning);
	const [isCancelling, setIsCancelling] = useState(false);

	if (isCancelling && job !== undefined) {
		const cancel = () => {
			setIsCancelling(false);
			return act('Cancelling', () => d2cm.cancelJob(id));
		};
		return (
			<Confirm
				heading={`Migration of ${job.title}`}
				question={`Cancel the migration of ${job.title}?`}
				details={['What was made so far is taken away. The image itself is untouched; the migration can be run again.']}
				answers={[
					{key: 'y', label: 'Cancel it', run: cancel},
					{key: 'n', label: 'Let it go on', run: () => setIsCancelling(false)},
				]}
			/>
		);
	}

	const unknown = job === undefined ? 'The migration is not known yet.' : undefined;
	const keys: readonly KeyBinding[] = [
		{key: 'escape', label: 'Back', run: back},
		{
			key: 'c',
			label: 'Cancel',
			disabledReason: unknown ?? (job && whyNotCancel(job)),
			run: () => setIsCancelling(true),
		},
		{
			key: 'r',
			label: 'Resume',
			disabledReason: unknown ?? (job && whyNotResume(job)),
			run: () => act('Resuming', async () => void (await d2cm.resumeJob(id))),
		},
		...view.keys,
	];
	const last = records.at(-1);
	const ended = last?.kind === 'end' ? Date.parse(last.at) : undefined;
	return (
		<Screen
			heading={`Migration of ${job?.title ?? id}`}
			keys={view.onText === undefined ? keys : view.keys}
			onText={view.onText}
		>
			{({width, height}) => {
				const below = endHeight(job, error, width);
				return (
					<>
						<StateLine job={job} spent={job && formatDuration((ended ?? now) - Date.parse(job.createdAt))} />
						{progresses.map(progress => (
							<ProgressLine key={progress.task} progress={progress} width={width} />
						))}
						<EndPanel job={job} error={error} width={width} />
						<Text> </Text>
						<LogView view={view} width={width} height={Math.max(1, height - 2 - progresses.length - below)} />
					</>
				);
			}}
		</Screen>
	);
}

function StateLine({job, spent}: {readonly job: JobSummary | undefined; readonly spent: string | undefined}) {
	if (job === undefined) {
		return <Text> Looking for it</Text>;
	}

	const color = jobColor(job);
	return (
		<Text wrap="truncate">
			{` ${job.id} to ${job.cloud}: `}
			<Text bold {...(color === undefined ? {} : {color})}>
				{jobState(job)}
			</Text>
			{job.alive || job.end !== undefined ? ` after ${spent}` : `: ${whyInterrupted(job)}; press r to resume.`}
			{job.alive && job.elsewhere ? ` on ${job.elsewhere.host || 'another host'}` : ''}
		</Text>
	);
}
