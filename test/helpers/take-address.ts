import {createHash} from 'node:crypto';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {readJson, takeNumber, writeWhole} from './sshd-cloud-folder.js';

/** A free address in a block that follows from the folder's name, so that tests side by side do not meet. */
export async function takeAddress(folder: string): Promise<{number: number; address: string}> {
	const [first = 0, second = 0] = createHash('sha256').update(folder).digest();
	for (;;) {
		const number = takeNumber(folder, 'instance');
		const block = (second + Math.floor(number / 250)) % 256;
		const address = `127.${16 + (first % 224)}.${block}.${1 + (number % 250)}`;
		const port = portOf(folder) || (await choosePort(folder, address));
		if (await isFree(address, port)) {
			return {number, address};
		}
	}
}

export const portOf = (folder: string): number => readJson<number>(join(folder, 'port.json')) ?? 0;

/** Port 22, as everywhere; a higher one where an ordinary user may not or an sshd of this machine has it on all addresses. */
async function choosePort(folder: string, address: string): Promise<number> {
	const port = (await isFree(address, 22)) ? 22 : 2222;
	writeWhole(join(folder, 'port.json'), String(port));
	return port;
}

async function isFree(host: string, port: number): Promise<boolean> {
	return new Promise(resolve => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({host, port}, () => server.close(() => resolve(true)));
	});
}
