import {createHash} from 'node:crypto';
import type {Deployment} from './deployment.js';

/** Names the reservation of one role for ever: the same each time it is asked for, 64 ASCII characters at most. */
export function clientToken({installation, launchKey, id}: Deployment, role: string): string {
	const digest = createHash('sha256')
		.update(JSON.stringify([installation, launchKey, role]))
		.digest('hex');
	return `d2cm-${id}-${digest.slice(0, 40)}`;
}
