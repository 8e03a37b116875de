import type {OpenHostKey} from '../engine/deployments/host-key/open-host-keys.js';
import {columns} from './columns.js';

/** Whole fingerprints under each other, to be compared with what is known from elsewhere. */
export function hostKeyTable(title: string, keys: readonly OpenHostKey[]): readonly string[] {
	return keys.length === 0
		? [`No host key of ${title} waits for your word.`]
		: columns([
				['NODE', 'INSTANCE', 'SHOWS', 'MADE FOR IT'],
				...keys.map(({node, instance, fingerprint, expected}) => [node, instance, fingerprint, expected]),
			]);
}
