import type {JournalRecord} from '../jobs/journal.js';
import type {DeployedRole} from './deployment.js';
import {hadInstances} from './had-instances.js';

/** Steps that tell of instances. */
const telling: readonly string[] = ['reserve', 'replace', 'lost', 'wake', 'sleep', 'terminate-instances'];

/** What instances have cost, as far as a journal tells; records are taken one by one. */
export class CostSoFar {
	readonly #records: JournalRecord[] = [];

	take(record: JournalRecord): void {
		if (record.kind === 'end' || (record.kind === 'step' && telling.includes(record.step))) {
			this.#records.push(record);
		}
	}

	/** In USD, about: clouds round in their own ways. Undefined when a price is unknown, 0 before the first reservation. */
	until(now: number, roles: readonly DeployedRole[]): number | undefined {
		return hadInstances(roles, this.#records).reduce<number | undefined>((sum, {role, from, until}) => {
			const hours = Math.max(0, (until === undefined ? now : Date.parse(until)) - Date.parse(from)) / 3_600_000;
			return sum === undefined || role.hourlyUsd === undefined ? undefined : sum + hours * role.hourlyUsd;
		}, 0);
	}
}
