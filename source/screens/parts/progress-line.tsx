import {Text} from 'ink';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {cutText} from './fit.js';
import {formatBytes, formatDuration} from './format.js';
import {type Look, useLook} from './look.js';

export type Progress = {
	readonly task: string;
	readonly done: number;
	readonly total?: number;
	readonly unit: 'bytes' | 'steps';
	/** Per second, over the last records; undefined while not known. */
	readonly rate?: number;
	readonly isFinished: boolean;
};

type ProgressRecord = Extract<JournalRecord, {kind: 'progress'}>;

/** How many records the rate is taken over: at one a second, a stall shows soon and a stutter does not. */
const rateRecords = 10;

/** The long steps of a job as its journal tells them, in the order they began. */
export function progressOf(records: readonly JournalRecord[]): readonly Progress[] {
	const tasks = new Map<string, ProgressRecord[]>();
	for (const record of records) {
		if (record.kind === 'progress') {
			const known = tasks.get(record.task) ?? [];
			tasks.set(record.task, [...known.slice(1 - rateRecords), record]);
		}
	}

	return [...tasks.values()].flatMap(taken => {
		const [first, last] = [taken[0], taken.at(-1)];
		if (first === undefined || last === undefined) return [];
		const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1000;
		const {task, done, total, unit} = last;
		return [
			{
				task,
				done,
				unit,
				...(total === undefined ? {} : {total}),
				...(seconds > 0 && done >= first.done ? {rate: (done - first.done) / seconds} : {}),
				isFinished: total !== undefined && done >= total,
			},
		];
	});
}

/** One line: how much, how fast, how long yet. */
export function ProgressLine({progress, width}: {readonly progress: Progress; readonly width: number}) {
	const look = useLook();
	return <Text wrap="truncate">{cutText(progressText(progress, look), width, look.ellipsis)}</Text>;
}

export function progressText({task, done, total, unit, rate, isFinished}: Progress, look: Look): string {
	const amount = (value: number) => (unit === 'bytes' ? formatBytes(value) : String(value));
	const parts = [
		total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`,
		...(isFinished || rate === undefined || unit === 'steps' ? [] : [`${formatBytes(rate)}/s`]),
		...(isFinished || rate === undefined || rate === 0 || total === undefined
			? []
			: [`${formatDuration(((total - done) / rate) * 1000)} left`]),
	];
	const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
	const bar =
		share === undefined
			? ''
			: ` ${look.full.repeat(Math.round(share * 16))}${look.empty.repeat(16 - Math.round(share * 16))} ${String(Math.floor(share * 100)).padStart(3)}%`;
	return ` ${task}${bar}  ${parts.join(', ')}`;
}
