import {formatBytes} from '../host/format-bytes.js';
import type {JournalRecord} from './journal.js';

export type ProgressRecord = Extract<JournalRecord, {kind: 'progress'}>;

/** `1.0 MiB of 2.0 MiB`, `1 of 3; 40 s so far` */
export function progressWords({done, total, unit, note}: ProgressRecord): string {
	const amount = (value: number) => (unit === 'bytes' ? formatBytes(value) : String(value));
	return [total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`, ...(note ? [note] : [])].join(
		'; ',
	);
}

/** A transfer that is over before anyone has read of it; its event says enough. */
export function isTiny({total, unit}: ProgressRecord): boolean {
	return unit === 'bytes' && total !== undefined && total < 2 ** 20;
}
