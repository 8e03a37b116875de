import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, readlink, rm, stat, writeFile} from 'node:fs/promises';
import {createServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {tagNames} from '../../../../source/engine/cloud/cloud.js';
import {
	createInstanceFolder,
	type InstanceRecord,
	writeEnded,
} from '../../../../source/engine/cloud/local/instance-record.js';
import {keepSwitch} from '../../../../source/engine/cloud/local/keep-switch.js';
import {networkName, privateMac} from '../../../../source/engine/cloud/local/network.js';
import {ethernetFrame, ipv4Packet, onStream} from '../../../helpers/ethernet-frames.js';
import {noQemuBelow, processesBelow} from '../../../helpers/no-qemu-below.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const owner = {installation: 'one', launchKey: 'pi.ABC123'};
const network = networkName(owner);

function recordOf(number: number, {installation, launchKey} = owner): InstanceRecord {
	return {
		id: `i-0000000${number}`,
		imageId: 'ami-00000001',
		instanceType: 'local.small',
		vcpus: 1,
		memoryMib: 64,
		clientToken: 'token',
		tags: {[tagNames.installation]: installation, [tagNames.deployment]: launchKey},
		launchedAt: new Date().toISOString(),
		privateAddress: `10.77.0.${number}`,
		sshPort: 1,
		network: 'switch',
	};
}

/** Stands for the QEMU of an instance: listens where it would, and says what its guest sends and gets. */
async function guest(t: TestContext, cloudFolder: string, record: InstanceRecord) {
	const folder = await createInstanceFolder(cloudFolder, record);
	const sockets = {private: await listen(t, folder, 'private.sock'), public: await listen(t, folder, 'public.sock')};
	const outside = await listen(t, folder, 'outside.sock');
	const all = [...Object.values(sockets), outside];
	return {
		folder,
		outside,
		card: sockets.public,
		received: sockets.private.received,
		isPlugged: () => all.every(({isPlugged}) => isPlugged()),
		isAlone: () => all.every(({isPlugged}) => !isPlugged()),
		say(to: string, source = record.privateAddress) {
			const payload = ipv4Packet({source, body: Buffer.from('a word from one guest to another')});
			const frame = onStream(ethernetFrame({to: privateMac(to), from: privateMac(record.privateAddress), payload}));
			sockets.private.write(frame);
			return frame;
		},
		async end() {
			for (const {close} of all) {
				close();
			}

			await writeEnded(folder, {endedAt: new Date().toISOString(), reason: 'asked'});
		},
	};
}

async function listen(t: TestContext, folder: string, name: string) {
	let socket: Socket | undefined;
	let received = Buffer.alloc(0);
	const server = createServer(connection => {
		socket?.destroy();
		socket = connection;
		connection.on('error', () => undefined);
		connection.on('data', chunk => {
			received = Buffer.concat([received, chunk]);
		});
	});
	const here = process.cwd();
	process.chdir(folder); // For a path of any length.
	server.listen(name);
	process.chdir(here);
	const close = () => {
		server.close();
		socket?.destroy();
	};
	t.after(close);
	return {
		close,
		received: () => received,
		isPlugged: () => socket?.readyState === 'open',
		write: (bytes: Buffer) => socket?.write(bytes),
	};
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
	for (const end = performance.now() + 20_000; !(await what()); await delay(20)) {
		assert.ok(performance.now() < end, `Not within 20 s: ${what}`);
	}
}

/** The switches whose working folder is that of these instances. */
async function switchesOf(cloudFolder: string): Promise<readonly number[]> {
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
	const folders = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => '')));
	const there = pids.filter((_, n) => folders[n] === join(cloudFolder, 'instances'));
	const programs = await Promise.all(there.map(pid => readlink(`/proc/${pid}/exe`).catch(() => '')));
	return there.filter((_, n) => programs[n] === process.execPath).map(Number);
}

test('guests of one network talk through one switch, which no other user can find a way into, however long the path', async t => {
	const cloudFolder = join(await temporaryFolder(t), 'a folder, with "signs" and spaces/'.repeat(5), 'local');
	await mkdir(join(cloudFolder, 'instances'), {recursive: true});
	const [one, two] = [await guest(t, cloudFolder, recordOf(3)), await guest(t, cloudFolder, recordOf(4))];
	const stranger = await guest(t, cloudFolder, recordOf(5, {...owner, launchKey: 'pi.ABC124'}));

	await Promise.all([1, 2, 3].map(() => keepSwitch(cloudFolder, network)));
	await until(() => one.isPlugged() && two.isPlugged());

	const [pid, ...others] = await switchesOf(cloudFolder);
	assert.deepEqual(others, []);
	await until(() => {
		one.say('10.77.0.4', '10.77.0.9');
		const word = one.say('10.77.0.4');
		return two.received().subarray(0, word.length).equals(word);
	});
	assert.equal(stranger.isPlugged(), false);
	const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
	assert.ok(!line.includes(owner.launchKey) && !line.includes(cloudFolder), line);
	for (const name of await readdir(join(cloudFolder, 'networks'))) {
		assert.equal((await stat(join(cloudFolder, 'networks', name))).mode & 0o077, 0, name);
	}
	await one.end();
	await two.end();
	await until(async () => (await switchesOf(cloudFolder)).length === 0);
});

test('a switch that was killed is noticed and started again, and joins the same guests, and one that came meanwhile', async t => {
	const cloudFolder = await temporaryFolder(t);
	await mkdir(join(cloudFolder, 'instances'), {recursive: true});
	const [one, two] = [await guest(t, cloudFolder, recordOf(3)), await guest(t, cloudFolder, recordOf(4))];
	await keepSwitch(cloudFolder, network);
	await until(() => one.isPlugged() && two.isPlugged());
	const [first] = await switchesOf(cloudFolder);
	assert.ok(first);
	process.kill(first, 'SIGKILL');
	await until(() => one.isAlone() && two.isAlone());

	await keepSwitch(cloudFolder, network);
	const three = await guest(t, cloudFolder, recordOf(5));
	await until(() => one.isPlugged() && two.isPlugged() && three.isPlugged());
	// What is said before the switch itself has seen its connections is lost, as on any Ethernet.
	await until(() => {
		const word = one.say('10.77.0.5');
		return three.received().subarray(0, word.length).equals(word);
	});

	const again = await switchesOf(cloudFolder);
	assert.equal(again.length, 1);
	await rm(cloudFolder, {recursive: true, force: true});
	await Promise.all([one.end(), two.end(), three.end()].map(end => end.catch(() => undefined)));
	await until(async () => !(await readdir('/proc')).includes(String(again[0])));
});

test('a switch that was killed while nobody looks is followed by the next one at once; with the last guest all are gone', async t => {
	const home = await temporaryFolder(t);
	const cloudFolder = join(home, 'local');
	await mkdir(join(cloudFolder, 'instances'), {recursive: true});
	const one = await guest(t, cloudFolder, recordOf(3));
	await keepSwitch(cloudFolder, network);
	for (let kills = 0; kills < 2; kills++) {
		await until(one.isPlugged);
		const [pid] = await switchesOf(cloudFolder);
		assert.ok(pid);
		await until(async () => (await processesBelow(home)).length === 2);
		process.kill(pid, 'SIGKILL');
		await until(one.isAlone);
	}

	await until(one.isPlugged);
	await one.end();
	await noQemuBelow(home);
});

test('a switch that does not come up is said in the words of what failed, and started once that is mended', async t => {
	const cloudFolder = await temporaryFolder(t);
	await mkdir(join(cloudFolder, 'instances'), {recursive: true});
	const one = await guest(t, cloudFolder, recordOf(3));
	const programs = await temporaryFolder(t);
	await writeFile(join(programs, 'flock'), '#!/bin/sh\necho "flock: No locks available" >&2; exit 71\n', {mode: 0o755});
	const path = process.env['PATH'];
	process.env['PATH'] = `${programs}:${path}`;
	t.after(() => {
		process.env['PATH'] = path;
	});

	await assert.rejects(keepSwitch(cloudFolder, network), {
		name: 'SwitchStartError',
		message: 'The private network of the instances could not be started: flock: No locks available.',
	});
	process.env['PATH'] = path;
	await keepSwitch(cloudFolder, network);
	await until(one.isPlugged);
	await one.end();
	await until(async () => (await switchesOf(cloudFolder)).length === 0);
});

test('what a guest sends outside passes through the switch, but for what would reach the loopback interface of this machine', async t => {
	const cloudFolder = await temporaryFolder(t);
	await mkdir(join(cloudFolder, 'instances'), {recursive: true});
	const one = await guest(t, cloudFolder, recordOf(3));
	await keepSwitch(cloudFolder, network);
	await until(one.isPlugged);
	const opening = Buffer.alloc(20);
	opening[13] = 0x02;
	const to = (target: string) =>
		onStream(
			ethernetFrame({
				from: privateMac('10.77.0.3'),
				payload: ipv4Packet({source: '10.78.0.29', target, body: opening}),
			}),
		);

	const world = Buffer.concat(Array.from({length: 2000}, () => to('192.0.2.1')));
	one.card.write(Buffer.concat([to('10.78.0.26'), world, to('127.0.0.1'), to('192.0.2.2')]));
	const answer = onStream(Buffer.alloc(60_000, 7));
	one.outside.write(answer);

	const expected = Buffer.concat([world, to('192.0.2.2')]);
	await until(() => one.outside.received().length >= expected.length && one.card.received().length >= answer.length);
	assert.deepEqual(one.outside.received(), expected);
	assert.deepEqual(one.card.received(), answer);
	await one.end();
	await until(async () => (await switchesOf(cloudFolder)).length === 0);
});
