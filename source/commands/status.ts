import type {D2cm, JobSummary} from '../actions/d2cm.js';
import {dollars} from '../engine/cloud/prices/dollars.js';
import type {Deployment} from '../engine/deployments/deployment.js';
import {hostKeyCount} from '../engine/deployments/host-key/open-host-keys.js';
import {formatDuration} from '../engine/host/format-duration.js';
import type {Metric, MetricSeries} from '../engine/monitoring/series.js';
import {percentOf, summarizeCurve} from '../engine/monitoring/summarize-curve.js';
import {processWords, silenceWords} from '../store/lock-words.js';
import {columns, localTime} from './columns.js';
import type {Call, Command} from './command.js';

export const status: Command = {
	name: 'status',
	summary: 'Show all migrations and deployments, or one in detail',
	arguments: [{name: 'ID', optional: true}],
	examples: ['d2cm status', 'd2cm status A1B2C3', 'd2cm status --json'],
	async run(call) {
		const {arguments: given, json, output, open} = call;
		const d2cm = await open();
		if (given.id !== undefined) {
			await showOne(d2cm, await d2cm.job(given.id), call);
			return 0;
		}

		const jobs = await d2cm.jobs();
		if (json) {
			output.printJson(jobs);
		} else if (jobs.length === 0) {
			output.print('There are no migrations or deployments yet.');
		} else {
			output.print(
				columns([
					['ID', 'KIND', 'NAME', 'CLOUD', 'SIZE', 'MADE', 'TOOK', 'COST', 'STATE'],
					...jobs.map(job => {
						const {size, took, cost} = figures(job);
						return [
							job.id,
							job.kind,
							job.title,
							job.cloud,
							size,
							localTime(job.createdAt),
							took,
							cost,
							stateWords(job),
						];
					}),
				]),
			);
		}

		return 0;
	},
};

async function showOne(d2cm: D2cm, job: JobSummary, {json, output}: Call): Promise<void> {
	const isDeployment = job.kind === 'deployment';
	const view = isDeployment ? await d2cm.deployment(job.id) : {summary: job};
	const monitoring = isDeployment ? measuredByNode(await d2cm.metrics(job.id)) : [];
	if (json) {
		output.printJson({...view, ...(isDeployment && {monitoring})});
		return;
	}

	output.print(
		columns([
			['ID', job.id],
			['Kind', job.kind],
			['Name', job.title],
			['Cloud', job.cloud],
			['Made', localTime(job.createdAt)],
			['State', stateWords(job)],
			...(job.kind === 'deployment' ? figureRows(job) : []),
			['Folder', job.folder],
			...(job.awaitedChecks ?? []).map(({node, unmet}) => ['Waits for', `${node}: ${unmet.join(', and ')}`]),
			...(job.end?.cause === undefined ? [] : [['Cause', job.end.cause]]),
			...(job.end?.hint === undefined ? [] : [['Hint', job.end.hint]]),
			...(job.end?.remaining ?? []).map(what => ['Remaining', what]),
			...('silence' in view && view.silence !== undefined ? [['Instances', `as last known: ${view.silence}`]] : []),
			...job.damages.map(damage => ['Damage', damage]),
		]),
	);
	if ('definition' in view && job.isUnrun) {
		output.print(['', ...rolesText(view.definition)]);
	}

	if ('nodes' in view && view.nodes.length > 0) {
		output.print([
			'',
			...columns([
				['NODE', 'INSTANCE', 'TYPE', 'STATE', 'ADDRESS', 'LOGIN'],
				...view.nodes.map(({name, user, instance}) => [
					name,
					instance.id,
					instance.instanceType,
					instance.state,
					instance.privateAddress ?? '-',
					user ?? '-',
				]),
			]),
		]);
	}

	if (monitoring.length > 0) {
		output.print([
			'',
			...columns([
				['NODE', 'CPU %', 'MEMORY MIB', 'LOAD'],
				...monitoring.map(({node, cpu, memory, load}) => [
					node,
					measuredText(cpu, 0),
					measuredText(memory, 0),
					measuredText(load, 2),
				]),
			]),
		]);
	}

	if ('results' in view && view.results.length > 0) {
		output.print([
			'',
			...columns([['RESULT', 'BYTES'], ...view.results.map(({path, bytes}) => [path, String(bytes)])]),
		]);
	}
}

type Measured = {readonly average: number; readonly highest: number; readonly total?: number};

/** What monitoring found, of each node in a few figures; a metric that was not measured is left out. */
function measuredByNode(series: readonly MetricSeries[]) {
	return [...Map.groupBy(series, ({node}) => node)].map(([node, curves]) => {
		const measured = curves.flatMap(curve => {
			const summary = summarizeCurve(curve);
			const {metric, total} = curve;
			return summary
				? [[metric, {average: summary.average, highest: summary.highest, ...(total !== undefined && {total})}] as const]
				: [];
		});
		return {node, ...(Object.fromEntries(measured) as {readonly [metric in Metric]?: Measured})};
	});
}

/** `average 205, highest 461 of 3840 (13 %)` */
function measuredText(measured: Measured | undefined, digits: number): string {
	if (measured === undefined) {
		return '-';
	}

	const {average, highest, total} = measured;
	const whole = total === undefined ? '' : ` of ${total.toFixed(digits)} (${percentOf(highest, total)})`;
	return `average ${average.toFixed(digits)}, highest ${highest.toFixed(digits)}${whole}`;
}

/** What deployments are compared by, in words; a migration has none of it. */
function figures({kind, problemSize, durationSeconds, costUsd}: JobSummary) {
	return {
		size: problemSize === undefined ? '-' : String(problemSize),
		took: durationSeconds === undefined ? '-' : formatDuration(durationSeconds * 1000),
		cost: kind === 'migration' ? '-' : formatCost(costUsd),
	};
}

function figureRows(job: JobSummary): ReadonlyArray<readonly string[]> {
	const {size, took, cost} = figures(job);
	return [
		['Problem size', size],
		['Duration', took],
		['Cost', cost],
	];
}

const formatCost = (costUsd: number | null | undefined) => (typeof costUsd === 'number' ? dollars(costUsd) : 'unknown');

/** What is chosen at the start only is not there yet. */
const rolesText = ({roles}: Deployment): readonly string[] =>
	columns([
		['ROLE', 'IMAGE', 'COUNT', 'TYPE'],
		...roles.map(({name, image, count, instanceType}) => [
			name,
			image,
			String(count),
			instanceType || 'the smallest that fits',
		]),
	]);

function stateWords({
	state,
	end,
	alive,
	elsewhere,
	id,
	openHostKeys = [],
	isHeld,
	awaitedChecks = [],
	endsEarly,
	isUnrun,
}: JobSummary): string {
	if (isUnrun) {
		return `${state}: d2cm start ${id}`;
	}

	if (end) {
		return `${end.state}${endsEarly ? ', ended by the user' : ''}`;
	}

	if (openHostKeys.length > 0) {
		return `${state}, waits for your word on ${hostKeyCount(openHostKeys.length)}: d2cm host-key list ${id}`;
	}

	if (isHeld) {
		return `${state}, waits for data that are missing: d2cm events ${id}`;
	}

	if (awaitedChecks.length > 0) {
		const more = awaitedChecks.length > 1 ? ` and ${awaitedChecks.length - 1} more` : '';
		return `${state}, scripts have ended, waits for done checks of ${awaitedChecks[0]?.node}${more}: d2cm status ${id}`;
	}

	if (alive && endsEarly) {
		return `${state}, being ended, results first`;
	}

	if (alive) {
		return `${state}, running${elsewhere ? ` in ${processWords(elsewhere)}` : ''}`;
	}

	return `${state}, ${elsewhere ? silenceWords(elsewhere) : 'stopped'}: d2cm resume ${id}`;
}
