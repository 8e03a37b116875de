import {Box} from 'ink';
import type {DeploymentView, JobSummary} from '../actions/d2cm.js';
import {type DeploymentState, deploymentStates} from '../engine/deployments/deployment.js';
import {holdStep} from '../engine/deployments/hold-step.js';
import {hostKeyCount} from '../engine/deployments/host-key/open-host-keys.js';
import {hourlyPrice} from '../engine/deployments/price-line.js';
import {formatDuration} from '../engine/host/format-duration.js';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {useFold} from './hooks/use-fold.js';
import {EndPanel, endHeight} from './parts/end-panel.js';
import {cutStart, cutText, wrapLines} from './parts/fit.js';
import {formatPrice, formatTime} from './parts/format.js';
import {hasOpenHostKeys, jobColor, jobState, whyInterrupted} from './parts/job-state.js';
import {type Look, useLook} from './parts/look.js';
import {ProgressLine, useProgress} from './parts/progress-line.js';
import type {Area} from './parts/screen.js';
import {type Column, Table} from './parts/table.js';
import {Text} from './parts/text.js';

type Node = DeploymentView['nodes'][number];

const columns: readonly Column<Node>[] = [
	{title: 'Node', width: 12, cut: 'start', text: ({name}) => name},
	{title: 'Instance', width: 19, text: ({instance}) => instance.id},
	{title: 'Type', width: 12, text: ({instance}) => instance.instanceType},
	{title: 'Address', width: 13, text: ({instance}) => instance.privateAddress ?? ''},
	{
		title: 'State',
		text: ({instance: {state, stateReason}}) =>
			// That it was ended as asked is no reason to tell.
			stateReason === undefined || stateReason.startsWith('Client.UserInitiatedShutdown')
				? state
				: `${state}: ${stateReason}`,
		color: ({instance}) => (instance.state === 'running' ? 'green' : undefined),
	},
];

/** The life-cycle in the words of the user guide, each with the states of which the last one ends it. */
const phases: ReadonlyArray<readonly [string, DeploymentState]> = [
	['Reserve', 'INSTANCES_LAUNCHED'],
	['Context', 'ROLES_CONTEXTUALIZED'],
	['Start', 'ROLES_STARTED'],
	['Run', 'JOB_COMPLETED'],
	['Collect', 'DATA_COLLECTED'],
	['Shut down', 'COMPLETED'],
];

/** What a deployment is and how it stands. */
export function DeploymentOverview({
	view,
	records,
	selected,
	area,
}: {
	readonly view: DeploymentView;
	readonly records: readonly JournalRecord[];
	readonly selected: number;
	readonly area: Area;
}) {
	const look = useLook();
	const {summary, definition, nodes} = view;
	const color = jobColor(summary);
	const seen = useFold(records, () => new Set<string>(), takeState);
	const progresses = useProgress(records)
		.filter(({isFinished}) => !isFinished)
		.slice(summary.end === undefined ? -2 : Number.MAX_SAFE_INTEGER);
	const facts: ReadonlyArray<readonly [string, string]> = [
		['Template', `${definition.template}, problem size ${definition.problemSize}, on ${definition.cloud}`],
		['Made', madeText(summary)],
		['Price', priceText(view)],
		...loginFacts(nodes),
		['Folder', cutStart(summary.folder, area.width - 12, look.ellipsis)],
	];
	const troubles = troubleLines(view, records, area.width);
	const used = 3 + troubles.length + facts.length + progresses.length + endHeight(summary, undefined, area.width) + 1;
	return (
		<Box flexDirection="column" height={area.height} overflow="hidden">
			<Text wrap="truncate">{` ${phaseText(view, seen, look)}`}</Text>
			<Text wrap="truncate">
				{' State     '}
				<Text bold {...(color === undefined ? {} : {color})}>
					{jobState(summary)}
					{summary.end !== undefined && summary.endsEarly ? ', ended by the user' : ''}
				</Text>
				{summary.end === undefined ? whereWords(summary) : ''}
				{hasOpenHostKeys(summary) ? ` on ${hostKeyCount(summary.openHostKeys?.length ?? 0)}: press h` : ''}
			</Text>
			{facts.map(([name, value]) => (
				<Text key={name} wrap="truncate">
					{` ${name.padEnd(9)} ${cutText(value, area.width - 12, look.ellipsis)}`}
				</Text>
			))}
			{progresses.map(progress => (
				<ProgressLine key={progress.task} progress={progress} width={area.width} />
			))}
			{troubles.map(line => (
				<Text key={line} color="yellow" wrap="truncate">
					{` ${line}`}
				</Text>
			))}
			<EndPanel job={summary} error={undefined} width={area.width} />
			<Text> </Text>
			{nodes.length === 0 ? (
				<Text dimColor> No instance is reserved yet.</Text>
			) : (
				<Table
					columns={columns}
					rows={nodes}
					selected={selected}
					keyOf={({name}) => name}
					area={{width: area.width, height: Math.max(2, area.height - used)}}
				/>
			)}
		</Box>
	);
}

/** `+ Reserve -> + Context -> * Run -> o Collect`; what was not done to its end, as after a cancel, is not said to be. */
function phaseText({state, summary, nodes}: DeploymentView, seen: ReadonlySet<string>, look: Look): string {
	const ranks = [state, ...seen].map(rankOf);
	const now = phases.findIndex(([, end]) => rankOf(end) > Math.max(...ranks));
	const isDone = (index: number) => phases.slice(index).some(([, end]) => end === state || seen.has(end));
	const isGone = nodes.every(({instance}) => instance.state === 'terminated');
	return phases
		.map(([name], index) => {
			if (isDone(index)) return `${look.yes} ${name}`;
			if (index > now) return `${look.off} ${name}`;
			if (index < now) return `${look.no} ${name}`;
			if (summary.end === undefined) return `${look.on} ${name}`;
			return `${index === phases.length - 1 && isGone ? look.yes : look.no} ${name}`;
		})
		.join(` ${look.arrow} `);
}

/** As whom the scripts run, where that is not root everywhere. */
function loginFacts(nodes: readonly Node[]): ReadonlyArray<readonly [string, string]> {
	const users = new Map(nodes.flatMap(({role, user}) => (user === undefined ? [] : [[role, user] as const])));
	return [...users.values()].some(user => user !== 'root')
		? [['Login', [...users].map(([role, user]) => `${user} on ${role}`).join(', ')]]
		: [];
}

/** What the user has to mend, or cannot be told now. */
function whereWords(job: JobSummary): string {
	const {alive, elsewhere, state} = job;
	if (alive) {
		return elsewhere ? ` on ${elsewhere.host || 'another host'}` : '';
	}

	return ` in ${state}: ${whyInterrupted(job)}; r resumes it`;
}

function troubleLines(
	{summary, silence}: DeploymentView,
	records: readonly JournalRecord[],
	width: number,
): readonly string[] {
	const wrapped = (text: string, most: number) => wrapLines(text, width - 2).slice(0, most);
	const heldAt = summary.isHeld ? records.findIndex(record => record.kind === 'step' && record.step === holdStep) : -1;
	const held = heldAt === -1 ? undefined : records.slice(heldAt).findLast(isWarning);
	const [awaited, ...others] = summary.awaitedChecks ?? [];
	const more = others.length > 0 ? ` So it is on ${others.length} more.` : '';
	return [
		...(awaited === undefined
			? []
			: wrapped(
					`The async scripts of ${awaited.node} have ended, and ${awaited.unmet.join(', and ')}: that is waited for.${more}`,
					4,
				)),
		...(held === undefined ? [] : [...wrapped(held.message, 4), ...wrapped(held.hint ?? '', 5)]),
		...(silence === undefined ? [] : wrapped(`How the instances are now is not known: ${silence}`, 2)),
	];
}

const isWarning = (record: JournalRecord): record is Extract<JournalRecord, {kind: 'event'}> =>
	record.kind === 'event' && record.level === 'warning';

function takeState(seen: Set<string>, record: JournalRecord): void {
	if (record.kind === 'state') seen.add(record.state);
}

/** How far along the life-cycle a state is; the ends that come from anywhere are not on it. */
function rankOf(state: string): number {
	return state === 'CANCELLED' || state === 'FAILED' ? -1 : deploymentStates.indexOf(state as DeploymentState);
}

function madeText({createdAt, durationSeconds, end}: JobSummary): string {
	const made = formatTime(createdAt);
	return durationSeconds === undefined
		? made
		: `${made}, ${end === undefined ? 'for' : 'took'} ${formatDuration(durationSeconds * 1000)}`;
}

function priceText({summary, definition, nodes, silence}: DeploymentView): string {
	const rate = hourlyPrice(definition.roles);
	const running = nodes.filter(({instance}) => instance.state === 'running').length;
	const wanted = definition.roles.reduce((sum, {count}) => sum + count, 0);
	return [
		rate === undefined ? 'not known' : `${formatPrice(rate)} an hour`,
		...(nodes.length === 0 || silence !== undefined ? [] : [`${running} of ${wanted} instances run now`]),
		...(nodes.length === 0 || typeof summary.costUsd !== 'number'
			? []
			: [`about ${formatPrice(summary.costUsd)} ${summary.end === undefined ? 'so far' : 'in all'}`]),
	].join('; ');
}
