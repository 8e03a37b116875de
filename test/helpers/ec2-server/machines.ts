import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {guestUserOf} from '../guest-users.js';
import {endInstance, isComing, keeperPid, startInstance} from '../sshd-instance.js';
import {portOf, takeAddress} from '../take-address.js';

/** What is behind the instances of the server. */
export type Machines = {
	/** Switches one on; its address. */
	start(
		id: string,
		boot: {readonly number: number; readonly userData: string; readonly publicKey: string; readonly imageId: string},
	): Promise<string>;
	/** Once it was switched on: whether it still runs. */
	isUp(id: string): boolean;
	end(id: string): void;
	console(id: string): string;
	/** Ends all and waits for it. */
	close(): Promise<void>;
};

/** Instances that exist on paper only: they have addresses, another one after each start, and never end by themselves. */
export function paperMachines(): Machines {
	const ended = new Set<string>();
	const starts = new Map<string, number>();
	return {
		async start(id, {number}) {
			ended.delete(id);
			const times = (starts.get(id) ?? -1) + 1;
			starts.set(id, times);
			return `10.${times}.${Math.floor(number / 250)}.${1 + (number % 250)}`;
		},
		isUp: id => !ended.has(id),
		end: id => ended.add(id),
		console: id => `\u001b[2JGRUB loading\r\n${id} login: `,
		close: async () => undefined,
	};
}

/** Every instance is a real sshd in its own namespaces on a 127.x address, with the host key its user data give. */
export async function sshdMachines(folder: string, diskSize = '64m'): Promise<Machines & {readonly port: number}> {
	for (const part of ['', 'instances', 'numbers']) {
		mkdirSync(join(folder, part), {recursive: true, mode: 0o700});
	}

	const at = (id: string) => join(folder, 'instances', id);
	await takeAddress(folder); // Chooses the port, for all.
	return {
		port: portOf(folder),
		async start(id, {userData, publicKey, imageId}) {
			const {address} = await takeAddress(folder);
			startInstance(at(id), {
				address,
				port: portOf(folder),
				publicKey,
				userData,
				diskSize,
				user: guestUserOf(imageId),
			});
			while (isComing(at(id))) {
				await sleep(5);
			}

			return address;
		},
		isUp: id => keeperPid(at(id)) !== undefined,
		end: id => endInstance(at(id), 'as it was told'),
		console(id) {
			try {
				return readFileSync(join(at(id), 'console.log'), 'utf8');
			} catch {
				return '';
			}
		},
		async close() {
			const all = () => readdirSync(join(folder, 'instances'));
			// Also those that are on their way.
			const end = () => all().map(id => endInstance(at(id), 'the test is over'));
			for (end(); all().some(id => keeperPid(at(id)) !== undefined); end()) {
				await sleep(5);
			}
		},
	};
}
