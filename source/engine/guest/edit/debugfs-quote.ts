import {GuestEditError} from './guest-edit-error.js';

/**
One word of a debugfs command. Its reader knows double quotes, doubled inside; a command ends with its line, and a name in
angle brackets would mean an inode.
*/
export function debugfsQuote(word: string): string {
	if (word === '' || /\p{Cc}/u.test(word) || word.startsWith('<') || Buffer.byteLength(word) > 4000) {
		throw new GuestEditError(`debugfs cannot name ${JSON.stringify(word.slice(0, 100))}.`);
	}

	return `"${word.replaceAll('"', '""')}"`;
}
