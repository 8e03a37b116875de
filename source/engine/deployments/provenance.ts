import type {JournalRecord} from '../jobs/journal.js';
import {stepRecord, textList} from '../jobs/step-marks.js';
import type {DeployedRole, Deployment} from './deployment.js';
import {hadInstances} from './had-instances.js';
import {loginUser} from './login-user.js';
import {deployedNodes} from './node.js';
import {inPlaceOf} from './replacement.js';
import {RunSoFar} from './run-so-far.js';

export type Provenance = {
	readonly deployment: Deployment;
	/** Of D2CM, in the order in which they worked on it. */
	readonly versions: readonly string[];
	/** Each with when it was entered, and how long it lasted. */
	readonly states: ReadonlyArray<{readonly state: string; readonly at: string; readonly seconds?: number}>;
	readonly instances: ReadonlyArray<{
		readonly name: string;
		readonly instanceId: string;
		readonly imageId: string;
		/** Whom scripts ran as. Left out: nobody had logged in. */
		readonly user?: string;
		readonly instanceType: string;
		readonly spot?: boolean;
		/** Of each time that it ran. */
		readonly reservedAt?: string;
		readonly endedAt?: string;
		readonly hourlyUsd?: number;
	}>;
	readonly commands: ReadonlyArray<{
		readonly node: string;
		readonly kind: 'start' | 'async';
		readonly command: string;
		readonly begunAt?: string;
		readonly endedAt?: string;
		/** Undefined where it left none. */
		readonly exitCode?: number;
		/** Where what it wrote lies, relative to the folder. */
		readonly output: string;
	}>;
	readonly results: ReadonlyArray<{readonly path: string; readonly sha256: string}>;
	readonly end?: {readonly state: string; readonly at: string; readonly cause?: string};
	/** From the start of the first process to the end or now. */
	readonly durationSeconds?: number;
	/** About; undefined where a price is not known. */
	readonly costUsd?: number;
};

/** What was run, as far as the frozen definition, the journal and the folder tell. */
export function provenance(
	deployment: Deployment,
	records: readonly JournalRecord[],
	found: {
		readonly exitCode: (output: string) => number | undefined;
		readonly sums: ReadonlyMap<string, string>;
		readonly now: Date;
	},
): Provenance {
	const run = new RunSoFar();
	for (const record of records) {
		run.take(record);
	}

	const at = (step: string, mark: 'started' | 'finished', subject?: string) =>
		stepRecord(records, step, mark, subject)?.at;
	const idsOf = (role: DeployedRole) =>
		textList(stepRecord(records, 'reserve', 'finished', role.name)?.data, 'instances');
	const first = deployedNodes(deployment, idsOf);
	const nodes = first.map(node => ({...node, instanceId: inPlaceOf(records, node.instanceId)}));
	const end = records.find(record => record.kind === 'end');
	const now = found.now.getTime();
	const [durationSeconds, costUsd] = [run.seconds(now), run.costUsd(now, deployment.roles)];
	return {
		deployment,
		versions: [...new Set(records.flatMap(record => (record.kind === 'owner' ? [record.version] : [])))],
		states: statesOf(records),
		instances: hadInstances(deployment.roles, records).map(one => ({
			name: first.find(node => node.instanceId === one.first)?.name ?? '',
			instanceId: one.instanceId,
			imageId: one.role.imageId,
			instanceType: one.role.instanceType,
			...(one.role.spot && {spot: true}),
			...defined({
				user: loginUser(records, one),
				reservedAt: one.from,
				endedAt: one.until,
				hourlyUsd: one.role.hourlyUsd,
			}),
		})),
		commands: nodes.flatMap(node =>
			[
				...node.role.startScripts.map((command, index) => ({kind: 'start' as const, command, number: index + 1})),
				...node.role.asyncScripts.map((command, index) => ({kind: 'async' as const, command, number: index + 1})),
			].map(({kind, command, number}) => {
				const output = `${node.role.name}/${node.instanceId}/scripts/${kind}-${number}`;
				const subject = `${node.name}#${number}`;
				return {
					node: node.name,
					kind,
					command,
					...defined({
						begunAt: at(`${kind}-script`, 'started', subject),
						endedAt:
							kind === 'start' ? at('start-script', 'finished', subject) : at('node-done', 'finished', node.name),
						exitCode: found.exitCode(output),
					}),
					output,
				};
			}),
		),
		results: [...found.sums].map(([path, sha256]) => ({path, sha256})),
		...(end && {end: {state: end.state, at: end.at, ...(end.cause !== undefined && {cause: end.cause})}}),
		...(durationSeconds !== undefined && {durationSeconds}),
		...(costUsd !== undefined && {costUsd}),
	};
}

function statesOf(records: readonly JournalRecord[]): Provenance['states'] {
	const entered = records.flatMap(record => (record.kind === 'state' ? [{state: record.state, at: record.at}] : []));
	return entered.map(({state, at}, index) => {
		const next = entered[index + 1];
		return {state, at, ...(next && {seconds: (Date.parse(next.at) - Date.parse(at)) / 1000})};
	});
}

function defined<Value extends object>(value: Value): {[Key in keyof Value]?: NonNullable<Value[Key]>} {
	return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
		[Key in keyof Value]?: NonNullable<Value[Key]>;
	};
}
