import type {JournalRecord} from '../jobs/journal.js';
import type {DeployedRole} from './deployment.js';
import {hadInstances} from './had-instances.js';

/** Steps that tell of instances. */
const telling: readonly string[] = ['reserve', 'replace', 'lost', 'wake', 'sleep', 'terminate-instances'];

/** How long a run has taken and what its instances have cost, as far as a journal tells; records are taken one by one. */
export class RunSoFar {
	readonly #records: JournalRecord[] = [];
	#startedAt: string | undefined;
	#endedAt: string | undefined;
	readonly #open = new Set<string>();

	take(record: JournalRecord): void {
		if (record.kind === 'owner') {
			this.#startedAt ??= record.at;
		} else if (record.kind === 'end') {
			this.#endedAt = record.at;
			this.#open.clear();
			this.#records.push(record);
		} else if (record.kind === 'step' && telling.includes(record.step)) {
			this.#noteReservation(record);
			this.#records.push(record);
		}
	}

	/** From the start of its first process to its end or now. Undefined before that start. */
	seconds(now: number): number | undefined {
		const until = this.#endedAt === undefined ? now : Date.parse(this.#endedAt);
		return this.#startedAt === undefined ? undefined : Math.max(0, until - Date.parse(this.#startedAt)) / 1000;
	}

	/** In USD, about: clouds round in their own ways. Undefined when a price is unknown, 0 before the first reservation. */
	costUsd(now: number, roles: readonly DeployedRole[]): number | undefined {
		return hadInstances(roles, this.#records).reduce<number | undefined>((sum, {role, from, until}) => {
			const hours = Math.max(0, (until === undefined ? now : Date.parse(until)) - Date.parse(from)) / 3_600_000;
			return sum === undefined || role.hourlyUsd === undefined ? undefined : sum + hours * role.hourlyUsd;
		}, 0);
	}

	/** Whether the cloud was asked for instances and what came of it is not written down yet: there may be some that cost. */
	get mayHaveMore(): boolean {
		return this.#open.size > 0;
	}

	#noteReservation({step, subject, mark}: Extract<JournalRecord, {kind: 'step'}>): void {
		const key = `${step} ${subject ?? ''}`;
		if (mark === 'finished') {
			this.#open.delete(key);
		} else if (step === 'reserve' || step === 'replace') {
			this.#open.add(key);
		}
	}
}
