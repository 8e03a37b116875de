import {formatBytes} from '../host/format-bytes.js';
import type {JournalData, JournalRecord} from '../jobs/journal.js';
import {isBegun, isFinished, stepRecord, textList} from '../jobs/step-marks.js';
import type {Deployment} from './deployment.js';
import {type DeployedNode, deployedNodes} from './node.js';

/** The step that tells which data were found not to be on the instances; written to journals. */
export const absentStep = 'absent';

/** Data of a role that a cancel would drop: they are on its instances, as far as is known, and not here. */
export type AtStake = {
	readonly role: string;
	/** Instances of the role that are done, of all that it has. */
	readonly done: number;
	readonly instances: number;
	/** Left out where that is not known. */
	readonly size?: {readonly files: number; readonly bytes: number};
};

/** Tells what a cancel would drop now. Nothing is known of what instances have written that are not done yet. */
export function atStake(deployment: Deployment, records: readonly JournalRecord[]): readonly AtStake[] {
	if (records.some(record => record.kind === 'end') || isEntered(records, 'SHUTTING_DOWN')) {
		return [];
	}

	const nodes = deployedNodes(deployment, role =>
		textList(stepRecord(records, 'reserve', 'finished', role.name)?.data, 'instances'),
	);
	const isCollecting = isEntered(records, 'COLLECTING_DATA');
	const absent = textList(stepRecord(records, absentStep, 'finished')?.data, 'absent');
	const isDone = ({name}: DeployedNode) => isFinished(records, 'node-done', name);
	const hasOpen = ({name, role}: DeployedNode) =>
		role.downloads
			.map(remote => `${name}:${remote}`)
			.some(subject => !isFinished(records, 'download', subject) && !absent.includes(subject));
	return deployment.roles.flatMap(role => {
		const own = nodes.filter(node => node.role.name === role.name);
		const dropped = own.filter(node => (isDone(node) || (isCollecting && hasRun(records, node))) && hasOpen(node));
		if (dropped.length === 0) {
			return [];
		}

		const sizes = dropped.map(node => sizeOf(records, node));
		return {
			role: role.name,
			done: own.filter(isDone).length,
			instances: role.count,
			...(sizes.every(size => size !== undefined) && {
				size: {files: sum(sizes.map(({files}) => files)), bytes: sum(sizes.map(({bytes}) => bytes))},
			}),
		};
	});
}

/** `Master is done; 3 files, 12.0 MiB would be dropped.` */
export function atStakeSentence({role, done, instances, size}: AtStake): string {
	const whose =
		done === 0
			? `${role} is not done, and its results are being brought here`
			: done === instances
				? `${role} is done`
				: `${done} of ${instances} instances of ${role} are done`;
	const what =
		size === undefined
			? 'its results, whose size is not known,'
			: `${size.files} ${size.files === 1 ? 'file' : 'files'}, ${formatBytes(size.bytes)}`;
	return `${whose}; ${what} would be dropped.`;
}

const isEntered = (records: readonly JournalRecord[], state: string) =>
	records.some(record => record.kind === 'state' && record.state === state);

/** What no script was begun on has nothing of its own. */
const hasRun = (records: readonly JournalRecord[], {name, role}: DeployedNode): boolean =>
	role.startScripts.length + role.asyncScripts.length === 0 ||
	isBegun(records, 'start-script', `${name}#1`) ||
	isBegun(records, 'async-script', `${name}#1`);

/** As measured when the node was done, less what is here already. */
function sizeOf(records: readonly JournalRecord[], {name, role}: DeployedNode): AtStake['size'] {
	const all = sizeIn(stepRecord(records, 'node-done', 'finished', name)?.data);
	const here = role.downloads.flatMap(
		remote => sizeIn(stepRecord(records, 'download', 'finished', `${name}:${remote}`)?.data) ?? [],
	);
	return (
		all && {
			files: Math.max(0, all.files - sum(here.map(({files}) => files))),
			bytes: Math.max(0, all.bytes - sum(here.map(({bytes}) => bytes))),
		}
	);
}

function sizeIn(data: JournalData | undefined): AtStake['size'] {
	const {files, bytes} = data ?? {};
	return typeof files === 'number' && typeof bytes === 'number' ? {files, bytes} : undefined;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
