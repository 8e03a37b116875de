import type {JournalRecord} from '../engine/jobs/journal.js';
import {parseJournalRecord} from './journal-record.js';

const newline = 0x0a;

/**
Reads the lines of one journal as they come, by bytes. A line that is not ended yet waits; a damaged one is reported and
the rest still read.
*/
export class JournalLines {
	/** Bytes of all lines that are ended. */
	offset = 0;
	/** Number of the last line that is ended. */
	line = 0;
	/** The highest number a record had so far. */
	lastSeq = 0;
	readonly damages: string[] = [];
	#gapIsExplained = false;
	/** When the last record was written. */
	#lastAt = new Date(0).toISOString();

	constructor(readonly path: string) {}

	/** `bytes` begin at `offset`. Returns the records of the lines that are ended. */
	take(bytes: Buffer): JournalRecord[] {
		const records: JournalRecord[] = [];
		let start = 0;
		for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
			this.line++;
			const record = this.#read(bytes.toString('utf8', start, end));
			if (record) {
				records.push(record);
			}

			start = end + 1;
		}

		this.offset += start;
		return records;
	}

	#read(text: string): JournalRecord | undefined {
		const record = parseJournalRecord(text);
		if (typeof record === 'string') {
			this.#damage(`this line is skipped: ${record}`);
			this.#gapIsExplained = true;
			return undefined;
		}

		if (record.seq <= this.lastSeq) {
			this.#damage(`this line is skipped: record ${record.seq} was there already`);
			return undefined;
		}

		if (record.seq > this.lastSeq + 1 && !this.#gapIsExplained) {
			this.#damage(
				record.seq === this.lastSeq + 2
					? `record ${record.seq - 1} is missing before this line`
					: `records ${this.lastSeq + 1} to ${record.seq - 1} are missing before this line`,
			);
		}

		this.#gapIsExplained = false;
		this.lastSeq = record.seq;
		return this.#withTime(record);
	}

	/** What happened counts, even where a spoilt line does not tell when. */
	#withTime(record: JournalRecord): JournalRecord {
		if (Number.isNaN(Date.parse(record.at))) {
			this.#damage('this record has no time; it is taken to have that of the one before');
			return {...record, at: this.#lastAt};
		}

		this.#lastAt = record.at;
		return record;
	}

	#damage(what: string): void {
		this.damages.push(`${this.path}:${this.line}: ${what}`);
	}
}
