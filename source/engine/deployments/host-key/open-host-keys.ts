import type {JournalRecord} from '../../jobs/journal.js';
import {hostKeyStep} from './pinned-host-key.js';

/** The step that tells which keys the user may be asked about; its subject is node and fingerprint. */
export const hostKeyShown = 'host-key-shown';

/** A host key that waits for the user's word. */
export type OpenHostKey = {
	readonly node: string;
	/** The ID of its instance. */
	readonly instance: string;
	/** As the instance shows it. */
	readonly fingerprint: string;
	/** Of the key that was made for it. */
	readonly expected: string;
};

export const hostKeyCount = (count: number) => `${count} host ${count === 1 ? 'key' : 'keys'}`;

/** Those of which a journal says that nobody knows yet whose they are; records are taken one by one. */
export class OpenHostKeys {
	/** By instance. */
	readonly #open = new Map<string, OpenHostKey>();

	take(record: JournalRecord): void {
		if (record.kind === 'step' && record.step === hostKeyShown) {
			const {node, instance, fingerprint, expected} = record.data ?? {};
			this.#open.set(String(instance), {
				node: String(node),
				instance: String(instance),
				fingerprint: String(fingerprint),
				expected: String(expected),
			});
		} else if (record.kind === 'step' && record.step === hostKeyStep && record.mark === 'finished') {
			this.#open.delete(record.subject ?? '');
		} else if (record.kind === 'step' && record.step === 'replace' && record.mark === 'finished') {
			// It died meanwhile; the one in its place has another key.
			this.#open.delete(record.subject ?? '');
		} else if (record.kind === 'end' || (record.kind === 'state' && record.state === 'SHUTTING_DOWN')) {
			this.#open.clear();
		}
	}

	get all(): readonly OpenHostKey[] {
		return [...this.#open.values()];
	}
}
