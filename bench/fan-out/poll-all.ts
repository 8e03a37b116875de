import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createRemoteTasks} from '../../source/engine/ssh/remote-task.js';
import type {Shell} from '../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../source/engine/ssh/ssh2-shell.js';
import {median} from '../median.js';
import type {Fleet} from './fleet.js';

const rounds = 11;

/** How long it takes to ask all hosts once how a task of theirs stands, over connections that are there, in milliseconds. */
export async function pollAll({folder, instances}: Fleet): Promise<number> {
	const tasks = createRemoteTasks('fan-out.POLL');
	const privateKey = await readFile(join(folder, 'key'), 'utf8');
	const [line = ''] = (await readFile(join(folder, 'known_hosts'), 'utf8')).split('\n');
	const hostKeys = [line.split(' ').slice(1).join(' ')];
	const shells: Shell[] = [];
	try {
		for (const {id, ssh} of instances) {
			if (ssh) {
				shells.push(await connectSsh2({...ssh, name: id, user: 'root', privateKey, hostKeys}));
			}
		}

		await Promise.all(
			shells.map(async shell => tasks.start(shell, {id: 'poll', command: 'sleep 60', environment: {}})),
		);
		const times: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const begunAt = performance.now();
			const answers = await Promise.all(shells.map(async shell => tasks.status(shell, ['poll'])));
			times.push(performance.now() - begunAt);
			if (!answers.every(([status]) => status?.state === 'running')) {
				throw new Error('A task that was begun on each host does not run on all of them.');
			}
		}

		return median(times);
	} finally {
		await Promise.all(shells.map(async shell => shell.run('pkill -x sleep').catch(() => undefined)));
		for (const shell of shells) {
			shell.close();
		}
	}
}
