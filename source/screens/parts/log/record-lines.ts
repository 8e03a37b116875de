import {withoutEscapes} from '../../../engine/host/without-escapes.js';
import type {JournalRecord} from '../../../engine/jobs/journal.js';
import {ownerWords} from '../../../engine/jobs/owner-words.js';
import {isTiny, type ProgressRecord, progressWords} from '../../../engine/jobs/progress-words.js';

export type LogLine = {readonly text: string; readonly level: LogLevel};
export type LogLevel = 'info' | 'warning' | 'error' | 'state' | 'done' | 'hint';

const indent = ' '.repeat('00:00:00 '.length);

/** A record as lines of the log, `14:03:20 Creating session key`; none for what is not for the user's eyes. */
export function recordLines(record: JournalRecord): LogLine[] {
	switch (record.kind) {
		case 'event': {
			const {level, message, hint, instance} = record;
			const who = instance && !message.includes(instance) ? `${instance}: ` : '';
			return [
				...lines(record.at, `${level === 'info' ? '' : `${level}: `}${who}${message}`, level),
				...(hint ? lines('', hint, 'hint') : []),
			];
		}

		case 'state':
			return lines(record.at, `State: ${record.state}`, 'state');
		case 'progress':
			return isTiny(record) ? [] : lines(record.at, `${record.task}: ${amount(record)}`, 'info');
		case 'end': {
			const {state, cause, hint, remaining = []} = record;
			return [
				...lines(record.at, cause ? `${state}: ${cause}` : state, state === 'COMPLETED' ? 'done' : 'error'),
				...remaining.flatMap(thing => lines('', `Still there: ${thing}`, 'warning')),
				...(hint ? lines('', hint, 'hint') : []),
			];
		}

		case 'owner': {
			const words = ownerWords(record);
			return words === undefined ? [] : lines(record.at, words, 'state');
		}

		default:
			return [];
	}
}

const control = /\p{Cc}/u;

/** The first line has the time before it, the others stand below its text. No control character reaches the terminal. */
function lines(at: string, message: string, level: LogLevel): LogLine[] {
	const before = at === '' ? indent : clockTime(at);
	if (!control.test(message)) {
		return [{text: before + message, level}];
	}

	return withoutEscapes(message)
		.split(/\r?\n/)
		.map((line, index) => ({text: (index === 0 ? before : indent) + withoutControl(line), level}));
}

const withoutControl = (text: string) => text.replaceAll('\t', '    ').replace(/\p{Cc}/gu, ' ');

function amount(record: ProgressRecord): string {
	const {done, total} = record;
	const words = progressWords(record);
	return total === undefined ? words : `${total === 0 ? 100 : Math.floor((done / total) * 100)} % (${words})`;
}

function clockTime(iso: string): string {
	const date = new Date(iso);
	const two = (value: number) => String(value).padStart(2, '0');
	return Number.isNaN(date.getTime())
		? '??:??:?? '
		: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} `;
}
