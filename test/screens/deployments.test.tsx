import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {DeploymentRequest} from '../../source/actions/d2cm.js';
import type {InstanceType} from '../../source/engine/cloud/cloud.js';
import {cloudSchema} from '../../source/store/database.js';
import {FakeD2cm, FakeError} from '../helpers/fake-d2cm.js';
import {fakeTypes} from '../helpers/fake-data.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const called = (d2cm: FakeD2cm, name: string) =>
	d2cm.calls.filter(([one]) => one === name).map(([, ...given]) => given);

test('a key that cannot work says why', () =>
	walkScreens(async ({press, see}) => {
		await see('pi.ABC123');
		assert.match(await press('r'), /A process works on it already\./);
		assert.match(await press('d'), /pi\.ABC123 has not ended\. Cancel it first\./);
		assert.match(await press(`${keys.down}${keys.down}c`), /It has ended already: COMPLETED\./);
	}));

test('cancelling asks, says that data are dropped, and takes no for an answer', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.ABC123');
		assert.match(await press('c'), /Data that were not collected yet are\s+dropped/);
		await press(keys.escape);
		assert.deepEqual(called(d2cm, 'cancelJob'), []);
		// A question and its answer in one packet.
		await press('cy');
		await see('CANCELLED');
		assert.deepEqual(called(d2cm, 'cancelJob'), [['ABC123']]);
	}));

test('cancelling says what it would drop, and offers to bring it home first', () =>
	walkScreens(async ({press, see, d2cm}) => {
		d2cm.stakes = [{role: 'Master', done: 1, instances: 1, size: {files: 3, bytes: 12_582_912}}];
		await see('pi.ABC123');
		await press('c');
		await see('Master is done; 3 files, 12.0 MiB would be dropped.');
		await press('x');
		await see('being ended: its results are fetched first');
		assert.deepEqual(called(d2cm, 'cancelJob'), []);
		assert.deepEqual(called(d2cm, 'finishJob'), [['ABC123']]);
	}));

test('a deployment is ended, results first, by a key that asks; it says why it cannot', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.ABC123');
		assert.match(await press('x'), /End pi\.ABC123 now, results first\?/);
		await press('n');
		assert.deepEqual(called(d2cm, 'finishJob'), []);
		await press('xy');
		await see('ends, results first');
		assert.deepEqual(called(d2cm, 'finishJob'), [['ABC123']]);
		assert.match(await press('x'), /It is being ended already, results first\./);
		assert.match(await press(`${keys.down}${keys.down}x`), /It has ended already: COMPLETED\./);
	}));

test('an interrupted deployment is resumed, and the selection stays on its row', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.DEAD99');
		await press(`${keys.down}r`);
		await see('2 jobs running');
		d2cm.jobList = d2cm.jobList.filter(({id}) => id !== 'ABC123');
		d2cm.notify();
		await see('1 job running');
		await see('❯ pi.DEAD99');
	}));

test('deleting asks whether the results are kept', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.OLD777');
		await press(`${keys.down}${keys.down}d`);
		await see('Delete results too');
		await press('q');
		await see('Delete results too');
		await press('k');
		await see('its results stay in');
		assert.deepEqual(called(d2cm, 'deleteDeployment'), [['OLD777', {results: 'keep'}]]);
	}));

test('a cloud with spot instances is asked for them role by role, and other types must be types of the cloud', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		const {clouds, amis} = d2cm.database();
		d2cm.change({
			clouds: [...clouds, cloudSchema.parse({name: 'far', kind: 'ec2', region: 'eu-west-1', credential: 'lab'})],
			amis: [...amis, ...amis.map(ami => ({...ami, cloud: 'far'}))],
		});
		await press('n');
		await press(`\t\t${keys.down}${keys.down}${keys.next}`);
		await see(/Slave: on spot +yes/);
		assert.match(frame(), /Slave: or types +local\.large/);
		await press(`\t\t${keys.down}\t0.04\tlocal.medium, local.huge${keys.save}`);
		await see(/Master: or types must be of the cloud, and local\.huge\s+is not/);
		await press(`${keys.backspace.repeat(4)}large\t\t\t${keys.up}${keys.next}`);
		await see(/Lease ends by +terminate/);
		await press(`\t\t${keys.down}${keys.save}`);
		await see('Charges will start');
		assert.deepEqual(called(d2cm, 'planDeployment'), [
			[
				{
					template: 'pi',
					cloud: 'far',
					problemSize: 1,
					types: {Master: 'local.small', Slave: 'local.small'},
					counts: {},
					spot: {Master: true, Slave: false},
					spotMaxUsd: {Master: 0.04},
					otherTypes: {Master: ['local.medium', 'local.large']},
					leaseEnds: 'stop',
				},
			],
		]);
	}));

test('what is typed to find a type before the cloud has told its types is looked for once they are here', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		const types = Promise.withResolvers<InstanceType[]>();
		d2cm.instanceTypes = async () => types.promise;
		await press(`n${keys.next}`);
		await see('Asking the cloud for its types');
		await press('local.mex');
		assert.match(await press(keys.backspace), /Typed: local\.me\n/);
		await press(keys.save);
		await see('Master: type has nothing to choose from');
		await press(`\t\tlocal.huge`);
		assert.match(frame(), /Master: type +\(local\.me, not looked for yet\)/);
		types.resolve([...fakeTypes]);
		await see(/Master: type +local\.medium/);
		await see('Slave: type has none that begins with local.huge');
		assert.doesNotMatch(frame(), /nothing to choose from/);
		await press('local.l');
		assert.doesNotMatch(frame(), /none that begins/);
		await press(keys.save);
		await see('Charges will start');
		const [[request] = []] = called(d2cm, 'planDeployment');
		assert.deepEqual((request as DeploymentRequest).types, {Master: 'local.medium', Slave: 'local.large'});
	}));

test('a type whose first letters were typed before the list is here may be typed on afterwards', () =>
	walkScreens(async ({press, see, d2cm}) => {
		const types = Promise.withResolvers<InstanceType[]>();
		d2cm.instanceTypes = async () => types.promise;
		await press(`n${keys.next}local.`);
		types.resolve([...fakeTypes]);
		await see('local.small');
		await press('l');
		await see(/Master: type +local\.large/);
	}));

test('while a job works, its records let the wizard ask the cloud nothing anew', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await press(`n${keys.next}`);
		await see('local.small');
		for (let record = 0; record < 5; record += 1) d2cm.notify();
		await press('\t');
		assert.equal(called(d2cm, 'machineImages').length, 1);
	}));

test('a plan that says more than fits is scrolled before it is agreed to', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		d2cm.costLines = Array.from({length: 12}, (_, line) => `What it costs, line ${line}.`);
		await press('n');
		await see('Problem size');
		await press(keys.next);
		await see('local.small');
		await press(keys.save);
		await see('Charges will start');
		assert.doesNotMatch(frame(), /Start it\?/);
		assert.match(frame(), /Down Scroll/);
		await press(keys.down.repeat(20));
		await see('Start it?');
		assert.match(frame(), /Charges will start/);
	}));

test('of a cancelled run, nothing that was dropped is said to be done', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.ABC123');
		await press('cy');
		await see('CANCELLED');
		d2cm.write('ABC123', {kind: 'state', state: 'SHUTTING_DOWN'});
		await press('\r');
		await see(/✓ Start → ✗ Run → ✗ Collect → . Shut down/);
	}));

test('a role with a long name still says what each of its fields is for', () =>
	walkScreens(async ({press, see, d2cm}) => {
		const [pi] = d2cm.database().templates;
		const roles = pi?.roles.map(role => ({...role, name: `${role.name}-with-a-very-long-name`})) ?? [];
		d2cm.change({templates: [{...pi, roles} as never]});
		await press('n');
		await see('Problem size');
		await press(keys.next);
		await see(/Slave-wit…: instances /);
		await see(/Slave-with-a-v…: type /);
	}));

test('a deployment is followed live, page by page, to the console of an instance', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await see('slave-2');
			await press('\t');
			await see('Creating session key');
			d2cm.write('ABC123', {kind: 'event', level: 'info', message: 'Role slave Returning true for finished test'});
			await see('Returning true for finished test');
			await press('/key\r');
			assert.match(await press('\t'), /\[Monitoring\]/);
			await see('Memory');
			await press('\t\t');
			await see('[Overview]');
			await press(`${keys.down}o`);
			await see('Console of slave-1');
			await press(keys.escape);
			await see(/❯ slave-1/);
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));

/** As a deployment writes it down when it asks. */
function showHostKey(d2cm: FakeD2cm, node: string, fingerprint = `SHA256:${node}`.padEnd(50, 'x')): string {
	const data = {node, instance: `i-${node}`, fingerprint, expected: 'SHA256:made'};
	const subject = `${node} ${fingerprint}`;
	d2cm.write('ABC123', {kind: 'step', step: 'host-key-shown', subject, mark: 'finished', data});
	return fingerprint;
}

test('a host key that nobody knows is asked about, with both fingerprints, until it is settled', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await see('slave-2');
			assert.doesNotMatch(frame(), /Host key/);
			const fingerprint = showHostKey(d2cm, 'slave-1');
			await see('Host key of slave-1');
			await see('waits for your word on 1 host key: press h');
			await see('1 job running, 1 waits for you');
			await press('h');
			await see('Is this the host key of slave-1?');
			assert.match(frame(), new RegExp(`slave-1 +${fingerprint}`));
			assert.match(frame(), /Made for it: SHA256:made/);
			await press('n');
			await see('slave-2');
			assert.deepEqual(called(d2cm, 'answerHostKeys'), []);
			await press('h');
			await see('Is this the host key');
			await press('y');
			await see('slave-1 is taken for what it is');
			const [[id, keysOf, answer] = []] = called(d2cm, 'answerHostKeys');
			assert.deepEqual(
				[id, (keysOf as Array<{node: string}>).map(({node}) => node), answer],
				['ABC123', ['slave-1'], 'accept'],
			);
			await see(/^(?!.*(Host key of slave-1|waits for your word))/s);
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));

test('many host keys are read in one list, whole, and accepted in one go; one that comes meanwhile is not among them', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		await see('pi.ABC123');
		const shown = Array.from({length: 60}, (_, at) => showHostKey(d2cm, `slave-${at + 1}`));
		await see(/pi\.ABC123 +waits for your word/);
		await press('h');
		await see('Are these the host keys of these 60 instances?');
		const seen = new Set<string>();
		for (let page = 0; page < 8; page += 1) {
			for (const fingerprint of shown.filter(one => frame().includes(`${one}`))) seen.add(fingerprint);
			await press('\u001B[6~');
		}

		assert.equal(seen.size, 60);
		showHostKey(d2cm, 'late-1');
		d2cm.notify();
		await see('1 more wait since');
		await press('a');
		await see('60 instances are taken for what they are.');
		const [[, accepted, answer] = []] = called(d2cm, 'answerHostKeys');
		const nodes = (accepted as Array<{node: string}>).map(({node}) => node);
		assert.deepEqual([nodes.length, nodes.includes('late-1'), answer], [60, false, 'accept']);
		await see('Host key of late-1');
	}));

test('of many host keys one is accepted alone, and refusing says that the run ends, one or all', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			for (const node of ['slave-1', 'slave-2', 'slave-3']) showHostKey(d2cm, node);
			await see('3 host keys');
			await press('h');
			await see('these 3 instances');
			await press(`${keys.down}y`);
			await see('these 2 instances');
			assert.doesNotMatch(frame(), /slave-2 +SHA256/);
			await press('x');
			assert.match(frame(), /Refuse the host key of slave-3\?/);
			assert.match(frame(), /ends then, and its instances are terminated/);
			await press('n');
			await see('these 2 instances');
			await press('X');
			await see('Refuse all 2 host keys?');
			await press('y');
			await see('Refused. pi.ABC123 ends');
			assert.deepEqual(
				called(d2cm, 'answerHostKeys').map(([, some, answer]) => [
					(some as Array<{node: string}>).map(({node}) => node).join(),
					answer,
				]),
				[
					['slave-2', 'accept'],
					['slave-1,slave-3', 'refuse'],
				],
			);
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));

test('a job writing as fast as it can redraws the screen a few times a second', () =>
	walkScreens(
		async ({press, see, drawn, d2cm}) => {
			await see('slave-2');
			await press('\t');
			const [before, began] = [drawn(), Date.now()];
			for (let line = 1; line <= 5000; line += 1) {
				d2cm.write('ABC123', {kind: 'event', level: 'info', message: `line ${line}`});
				if (line % 500 === 0) await sleep(5);
			}

			await see('line 5000');
			const seconds = (Date.now() - began) / 1000;
			assert.ok(drawn() - before <= 10 * Math.ceil(seconds + 0.5), `${drawn() - before} frames in ${seconds} s`);
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));

test('an arrow key cut in two by a slow link is an arrow, and a lone Escape still is one', () =>
	walkScreens(async ({press, see, frame}) => {
		await see('pi.DEAD99');
		// Two packets, however soon after each other.
		const halves = press('\u001B');
		await press('[B');
		await halves;
		assert.match(frame(), /❯ pi\.DEAD99/);
		await press('\r');
		await see('Deployment pi.DEAD99');
		await press(keys.escape);
		await see('❯ pi.DEAD99');
	}));

test('a late answer of the terminal and a mouse report press no key, in a list and in a form', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		await see('pi.DEAD99');
		for (const said of ['\u001B]11;rgb:1e1e/1e1e/2e2e\u001B\\', '\u001B[1;3R', '\u001B[M q"']) {
			const before = frame();
			await press(said.slice(0, 4));
			await press(said.slice(4));
			assert.equal(frame(), before, JSON.stringify(said));
		}

		await press('1n');
		await press('a\u001B[M xy\u001B[?62;4cb\u001B]11;rgb:1e1e/1e1e/2e2e\u0007c');
		await see(/Name +abc/);
		assert.deepEqual(d2cm.calls, []);
	}));

test('jobs that cannot be listed are an error with a hint, and not an empty list', () => {
	const d2cm = new FakeD2cm();
	d2cm.jobs = async () => {
		throw new FakeError('The folder of the deployments cannot be read.', 'Give yourself the right to read it.');
	};
	return walkScreens(
		async ({see, frame}) => {
			await see('The folder of the deployments cannot be read.');
			assert.match(frame(), /Give yourself the right/);
			assert.doesNotMatch(frame(), /no deployment yet/);
		},
		{d2cm},
	);
});

test('the help of the screen with the most keys has room for all of them', () =>
	walkScreens(
		async ({press, see}) => {
			await see('slave-2');
			const help = await press('\t?');
			for (const label of ['Back', 'Next found', 'Cancel', 'Export template', 'Go to a tab', 'Quit']) {
				assert.ok(help.includes(label), `${label}\n${help}`);
			}

			assert.doesNotMatch(help, /…/);
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));

test('the help has the lines of one key in one column', () =>
	walkScreens(
		async ({press, see}) => {
			await see('slave-2');
			const help = await press('\t?');
			const second = help.split('\n').map(line => line.slice(40));
			assert.match(second[2] ?? '', /^\S/, help);
		},
		{first: {screen: 'deployment', id: 'OLD777'}},
	));

test('a long line of a console is shown whole, without control characters', () => {
	const d2cm = new FakeD2cm();
	d2cm.consoleOutput = async () => `\u001B[31mkernel:\t${'panic '.repeat(20)}the end`;
	return walkScreens(
		async ({see, frame}) => {
			await see('the end');
			assert.equal(frame().split('panic').length, 21);
		},
		{d2cm, first: {screen: 'console', id: 'ABC123', node: 'master-1'}},
	);
});

test('the keys of the charts say what is drawn now', () =>
	walkScreens(
		async ({see, press}) => {
			await see('slave-2');
			await press(`${keys.tab}${keys.tab}`);
			await see('m Metric: all  n Node: all');
			await press('mn');
			await see('m Metric: cpu  n Node: master-1');
		},
		{first: {screen: 'deployment', id: 'ABC123'}},
	));
