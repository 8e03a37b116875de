import {padText} from '../engine/host/terminal-text.js';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {ownerWords} from '../engine/jobs/owner-words.js';
import {progressWords} from '../engine/jobs/progress-words.js';

/**
One record as a line for people: `HH:MM:SS level role/instance message`, in local time. Undefined for records that say
nothing to them.
*/
export function eventLine(record: JournalRecord): string | undefined {
	switch (record.kind) {
		case 'event':
			return line(
				record,
				record.level,
				[record.role, record.instance].filter(part => part !== undefined).join('/'),
				sentences(record.message, record.hint),
			);
		case 'state':
			return line(record, 'state', '', record.state);
		case 'progress':
			return line(record, 'info', '', `${record.task}: ${progressWords(record)}`);
		case 'end':
			return line(record, record.state === 'FAILED' ? 'error' : 'info', '', endWords(record));
		case 'owner': {
			const words = ownerWords(record);
			return words && line(record, 'info', '', words);
		}

		default:
			return undefined;
	}
}

function line({at}: JournalRecord, level: string, who: string, message: string): string {
	const time = new Date(at).toTimeString().slice(0, 8);
	return `${time} ${level.padEnd(7)} ${padText(who || '-', 16)} ${message}`;
}

function endWords({state, cause, hint, remaining = []}: Extract<JournalRecord, {kind: 'end'}>): string {
	return [
		`Ended: ${state}.`,
		sentences(cause, hint),
		remaining.length > 0 ? `Still there and perhaps costing money: ${remaining.join(', ')}.` : undefined,
	]
		.filter(part => part !== undefined && part !== '')
		.join(' ');
}

/** What was said last may be the words of a script, without an end of their own. */
const sentences = (message: string | undefined, hint: string | undefined): string =>
	[message !== undefined && hint !== undefined && /[\w)]$/.test(message) ? `${message}.` : message, hint]
		.filter(part => part !== undefined)
		.join(' ');
