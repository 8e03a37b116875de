import type {JournalRecord} from '../../../engine/jobs/journal.js';
import {type LogLine, recordLines} from './record-lines.js';

/**
The lines of a log, each under a number that stays its own: the oldest are dropped when there are too many, and progress
replaces the line it had before, under the time it began at, so that the times of a log only grow.
*/
export class LogLines {
	/** Number of the oldest line kept. */
	first = 0;
	/** Grows with every change. */
	revision = 0;
	readonly #lines: LogLine[] = [];
	readonly #progress = new Map<string, {readonly number: number; readonly at: string}>();
	readonly #most: number;

	constructor({most = 100_000}: {readonly most?: number} = {}) {
		this.#most = most;
	}

	/** Number of the line after the newest. */
	get end(): number {
		return this.first + this.#lines.length;
	}

	at(number: number): LogLine | undefined {
		return this.#lines[number - this.first];
	}

	append(record: JournalRecord): void {
		const before = record.kind === 'progress' ? this.#progress.get(record.task) : undefined;
		const lines = recordLines(before === undefined ? record : {...record, at: before.at});
		const [line] = lines;
		if (!line) {
			return;
		}

		this.revision += 1;
		if (record.kind === 'progress') {
			if (before !== undefined) {
				this.#lines[before.number - this.first] = line;
				return;
			}

			this.#progress.set(record.task, {number: this.end, at: record.at});
		}

		this.#lines.push(...lines);
		// Dropped in large pieces, since each moves all the others.
		if (this.#lines.length > this.#most + this.#most / 10) {
			const excess = this.#lines.length - this.#most;
			this.#lines.splice(0, excess);
			this.first += excess;
			for (const [task, {number}] of this.#progress) {
				if (number < this.first) {
					this.#progress.delete(task);
				}
			}
		}
	}
}
