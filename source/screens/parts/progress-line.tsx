import {formatBytes} from '../../engine/host/format-bytes.js';
import {formatDuration} from '../../engine/host/format-duration.js';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {isTiny, type ProgressRecord} from '../../engine/jobs/progress-words.js';
import {useFold} from '../hooks/use-fold.js';
import {cutText} from './fit.js';
import {type Look, useLook} from './look.js';
import {Text} from './text.js';

export type Progress = {
	readonly task: string;
	readonly done: number;
	readonly total?: number;
	readonly unit: 'bytes' | 'steps';
	/** Per second, over the last records; undefined while not known. */
	readonly rate?: number;
	readonly isFinished: boolean;
	readonly note?: string;
};

type Tasks = Map<string, readonly ProgressRecord[]>;

/** How many records the rate is taken over: at one a second, a stall shows soon and a stutter does not. */
const rateRecords = 10;

/** The long steps of a job as its journal tells them, in the order they began. */
export function useProgress(records: readonly JournalRecord[]): readonly Progress[] {
	return progressOf(useFold(records, () => new Map() as Tasks, takeProgress));
}

function takeProgress(tasks: Tasks, record: JournalRecord): void {
	if (record.kind === 'progress' && !isTiny(record)) {
		const known = tasks.get(record.task) ?? [];
		tasks.set(record.task, [...known.slice(1 - rateRecords), record]);
	}
}

function progressOf(tasks: Tasks): readonly Progress[] {
	return [...tasks.values()].flatMap(taken => {
		const [first, last] = [taken[0], taken.at(-1)];
		if (first === undefined || last === undefined) return [];
		const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1000;
		const {task, done, total, unit, note} = last;
		return [
			{
				task,
				done,
				unit,
				...(total === undefined ? {} : {total}),
				...(note === undefined ? {} : {note}),
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

export function progressText({task, done, total, unit, rate, isFinished, note}: Progress, look: Look): string {
	const amount = (value: number) => (unit === 'bytes' ? formatBytes(value) : String(value));
	const parts = [
		total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`,
		...(isFinished || rate === undefined || unit === 'steps' ? [] : [`${formatBytes(rate)}/s`]),
		...(isFinished || rate === undefined || rate === 0 || total === undefined || unit === 'steps'
			? []
			: [`${formatDuration(((total - done) / rate) * 1000)} left`]),
		...(note === undefined || isFinished ? [] : [note]),
	];
	const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
	const bar =
		share === undefined
			? ''
			: ` ${look.full.repeat(Math.round(share * 16))}${look.empty.repeat(16 - Math.round(share * 16))} ${String(Math.floor(share * 100)).padStart(3)}%`;
	return ` ${task}${bar}  ${parts.join(', ')}`;
}
