import {randomInt} from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Six characters of A-Z0-9, none of the given ones. */
export function newDeploymentId(taken: readonly string[] = []): string {
	for (;;) {
		const id = Array.from({length: 6}, () => letters[randomInt(letters.length)]).join('');
		if (!taken.includes(id)) {
			return id;
		}
	}
}
