import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readdir, readFile, readlink} from 'node:fs/promises';
import {connect} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {ReserveRequest} from '../../../../source/engine/cloud/cloud.js';
import {findProcess} from '../../../../source/engine/cloud/local/find-process.js';
import {createInstanceFolder, instanceFolder} from '../../../../source/engine/cloud/local/instance-record.js';
import {multicastGroup} from '../../../../source/engine/cloud/local/network.js';
import {makeTinyCloud, tagsOf} from '../../../helpers/tiny-cloud.js';

/** What QEMU says of its network cards and what is plugged into them. */
async function networkOf(folder: string): Promise<string> {
	const socket = connect(join(folder, 'qmp.sock'));
	try {
		await once(socket, 'connect');
		socket.write('{"execute": "qmp_capabilities"}\n');
		const command = {execute: 'human-monitor-command', arguments: {'command-line': 'info network'}};
		socket.write(`${JSON.stringify(command)}\n`);
		for await (const line of createInterface({input: socket})) {
			const {return: answer} = JSON.parse(line);
			if (typeof answer === 'string') {
				return answer;
			}
		}

		return '';
	} finally {
		socket.destroy();
	}
}

test('instances are joined by a switch over sockets of ours alone; killed, it is noticed, and joins them again', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const ids = (await tiny.cloud.reserve(tiny.request({count: 2}))).map(({id}) => id);
	const folders = ids.map(id => instanceFolder(tiny.folder, id));
	const areJoined = async () => {
		for (let tries = 0; tries < 200; tries++) {
			const networks = await Promise.all(folders.map(networkOf));
			if (
				networks.every(
					text => /private: index=0,type=stream,.*unix/.test(text) && /public: index=0,type=stream,.*unix/.test(text),
				)
			) {
				return true;
			}

			await delay(50);
		}

		return false;
	};
	const switches = async () => {
		const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
		const homes = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => '')));
		const there = pids.filter((_, n) => homes[n] === join(tiny.folder, 'instances'));
		const programs = await Promise.all(there.map(pid => readlink(`/proc/${pid}/exe`).catch(() => '')));
		return there.filter((_, n) => programs[n] === process.execPath).map(Number);
	};

	assert.ok(await areJoined());
	for (const folder of folders) {
		const words = await readFile(`/proc/${await findProcess(folder)}/cmdline`, 'utf8');
		assert.doesNotMatch(words, /mcast|udp/);
	}

	const [first] = await switches();
	assert.ok(first);
	process.kill(first, 'SIGKILL');
	while ((await switches()).includes(first)) {
		await delay(20); // It takes a moment to die.
	}

	await tiny.again().describe({ids});
	assert.ok(await areJoined());
	assert.equal((await switches()).length, 1);

	await tiny.cloud.terminate(ids);
	for (let tries = 0; (await switches()).length > 0; tries++) {
		assert.ok(tries < 100, 'The switch does not end with its guests.');
		await delay(50);
	}
});

test('what comes to instances that an earlier version started joins them by multicast, as they know nothing else', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const request = tiny.request();
	await createInstanceFolder(tiny.folder, {
		...{id: 'i-0000000a', imageId: request.imageId, instanceType: request.instanceType, vcpus: 1, memoryMib: 64},
		...{clientToken: 'of an earlier role', tags: tagsOf(request), launchedAt: new Date().toISOString()},
		...{privateAddress: '10.77.0.200', sshPort: 1},
	});
	const linesOf = async (request: ReserveRequest) => {
		const [instance] = await tiny.cloud.reserve(request);
		assert.ok(instance);
		return readFile(`/proc/${await findProcess(instanceFolder(tiny.folder, instance.id))}/cmdline`, 'utf8');
	};

	assert.ok((await linesOf(request)).includes(`mcast=${multicastGroup(request.owner)}`));
	assert.doesNotMatch(await linesOf(tiny.request()), /mcast/, 'another deployment does not');
});
