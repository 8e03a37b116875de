import {readFile} from 'node:fs/promises';

/** Changes whenever this machine is started. */
export async function bootId(): Promise<string> {
	return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
}
