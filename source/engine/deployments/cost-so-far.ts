import type {JournalRecord} from '../jobs/journal.js';
import {withType} from './as-reserved.js';
import type {DeployedRole} from './deployment.js';

/** When instances began and ceased to cost money, as far as a journal tells; records are taken one by one. */
export class CostSoFar {
	readonly #begun = new Map<string, {readonly at: number; readonly instanceType: unknown}>();
	#endedAt: number | undefined;

	take(record: JournalRecord): void {
		if (record.kind === 'step' && record.mark === 'finished') {
			if (record.step === 'reserve' && record.subject !== undefined) {
				this.#begun.set(record.subject, {at: Date.parse(record.at), instanceType: record.data?.instanceType});
			} else if (record.step === 'terminate-instances') {
				this.#endedAt ??= Date.parse(record.at);
			}
		} else if (record.kind === 'end') {
			this.#endedAt ??= Date.parse(record.at);
		}
	}

	/** In USD, about: clouds round in their own ways. Undefined when a price is unknown, 0 before the first reservation. */
	until(now: number, roles: readonly DeployedRole[]): number | undefined {
		return roles.reduce<number | undefined>((sum, role) => {
			const begun = this.#begun.get(role.name);
			if (begun === undefined || sum === undefined) return sum;
			const {count, hourlyUsd} = withType(role, begun.instanceType);
			const hours = Math.max(0, (this.#endedAt ?? now) - begun.at) / 3_600_000;
			return hourlyUsd === undefined ? undefined : sum + hours * count * hourlyUsd;
		}, 0);
	}
}
