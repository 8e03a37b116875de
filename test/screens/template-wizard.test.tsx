import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Template} from '../../source/engine/templates/template.js';
import {FakeD2cm, FakeError} from '../helpers/fake-d2cm.js';
import {fakeTemplate} from '../helpers/fake-data.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const saved = (d2cm: FakeD2cm): Template | undefined =>
	d2cm.calls.findLast(([name]) => name === 'saveTemplate')?.[1] as Template | undefined;

/** With two images that can run, so that one must be chosen. */
function withTwoImages(): FakeD2cm {
	const d2cm = new FakeD2cm();
	const database = d2cm.database();
	const two = {
		...database,
		images: database.images.map(image => ({...image, verdict: 'will-be-fixed' as const})),
	};
	d2cm.database = () => two;
	return d2cm;
}

test('every role keeps its own actions, and what was typed and not added is added', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('n');
			await press('exp\rCounts\r500\r\r\r12.5\r0');
			await press(`\r${keys.down}\r`);
			await see('Lease (hours) must be a number above 0');
			await press(`${keys.backspace}6\r\r`);
			await see('Roles: none yet');
			// The second role is typed and never added.
			await press('Master\rSlave');
			await press(keys.next);
			await see('Master, image and count');
			// The only image that can run is chosen already.
			await press('\r1\r \r \r0.05\rm5.large, m5a.large\r');
			await see('Master, uploads');
			await press('/etc/hostname\r/root/in\r');
			await press(`/etc/hosts\r/root/hosts${keys.next}`);
			await see('Master, start scripts');
			await press('echo one\recho two\r\r');
			await see('Master, async scripts');
			await press(`master.sh${keys.next}`);
			await press(`/root/done\r\r${keys.next}`);
			await see('Master, data to collect');
			await press(`/root/result${keys.next}`);
			await see('Slave, image and count');
			await press(keys.next);
			await press(keys.next);
			await press(`echo slave${keys.next}`);
			await press(`slave.sh${keys.next}`);
			await press(`/root/log\r^finished$${keys.next}`);
			await see('Slave, data to collect');
			await press('/root/log');
			// Going back to the first role's pages and forward again changes nothing.
			await press(keys.previous.repeat(9));
			await press(keys.next.repeat(9));
			await press('\r');
			await press(keys.save);
			await see('Template exp is saved.');

			const template = saved(d2cm);
			assert.equal(template?.description, 'Counts');
			assert.equal(template?.problemSize, 500);
			assert.deepEqual([template?.capUsd, template?.leaseHours, template?.leaseEnds], [12.5, 6, 'stop']);
			assert.deepEqual(template?.roles, [
				{
					name: 'Master',
					image: 'worker',
					count: 1,
					monitoring: true,
					spot: true,
					spotMaxUsd: 0.05,
					otherTypes: ['m5.large', 'm5a.large'],
					uploads: [
						{local: '/etc/hostname', remote: '/root/in'},
						{local: '/etc/hosts', remote: '/root/hosts'},
					],
					startScripts: ['echo one', 'echo two'],
					asyncScripts: ['master.sh'],
					doneChecks: [{kind: 'file', path: '/root/done'}],
					downloads: ['/root/result'],
				},
				{
					name: 'Slave',
					image: 'worker',
					count: 1,
					monitoring: false,
					spot: false,
					otherTypes: [],
					uploads: [],
					startScripts: ['echo slave'],
					asyncScripts: ['slave.sh'],
					doneChecks: [{kind: 'log', path: '/root/log', pattern: '^finished$'}],
					downloads: ['/root/log'],
				},
			]);
		},
		{first: {screen: 'templates'}},
	));

test('editing a template and changing nothing saves the same template', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			const sized = {...fakeTemplate, problemSize: 500};
			d2cm.change({templates: [sized]});
			await press('e');
			await press(keys.save);
			await see('Template pi is saved.');
			assert.deepEqual(saved(d2cm), sized);
		},
		{first: {screen: 'templates'}},
	));

test('a fault on a later page takes the user there, and nothing typed is lost when saving fails', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await press('e');
			await press(`${keys.down} of pi`);
			await press(keys.next);
			await press(`Third${keys.save}`);
			await see('Third, image and count');
			assert.match(frame(), /Image must be chosen/);
			d2cm.failures.set('saveTemplate', new FakeError('The disk is full.', 'Make room and save again.'));
			await press(keys.down);
			await press(keys.save);
			await see('The disk is full.');
			assert.match(frame(), /Make room and save again\./);
			await press(keys.save);
			await see('Template pi is saved.');
			assert.deepEqual(
				saved(d2cm)?.roles.map(({name}) => name),
				['Master', 'Slave', 'Third'],
			);
			assert.equal(saved(d2cm)?.description, 'Counts digits of pi on all nodes of pi');
		},
		{first: {screen: 'templates'}, d2cm: withTwoImages()},
	));

test('leaving a form with something typed asks first, and going on finds it as it was', () =>
	walkScreens(
		async ({press, see}) => {
			await press('n');
			await press('half a name');
			assert.match(await press(keys.escape), /lose what you typed/);
			assert.match(await press('n'), /half a name/);
			await press(keys.escape);
			await press('y');
			await see('Counts digits of pi');
		},
		{first: {screen: 'templates'}},
	));

test('several pasted lines become several entries of a list', () =>
	walkScreens(
		async ({press, paste, see}) => {
			await press('e');
			await press(keys.next.repeat(4));
			await see('Master, start scripts');
			const frame = await paste('echo one\necho two\necho three\n');
			assert.match(frame, /2\. echo one/);
			assert.match(frame, /3\. echo two/);
			assert.match(frame, /Command +echo three/);
		},
		{first: {screen: 'templates'}},
	));

test('a role takes an AMI that is known and of no image, or any by its id, and a login user', () => {
	const d2cm = new FakeD2cm();
	const database = d2cm.database();
	const known = {id: 'ami-0aaaaaaaaaaaaaaa1', image: '', name: 'ubuntu-noble', cloud: 'eu-west-1'};
	const ami = {createdAt: '2026-11-20T08:00:00.000Z', virtualBytes: 0, migration: '', ...known};
	const withAmi = {...database, amis: [...database.amis, ami]};
	d2cm.database = () => withAmi;
	return walkScreens(
		async ({press, see}) => {
			await press('n');
			await press(`exp${keys.next}`);
			await see('Roles: none yet');
			await press(`Master\rSlave${keys.next}`);
			await see('Master, image and count');
			await press('ami-0aaa');
			await see('eu-west-1, ubuntu-noble');
			await press('\rRoot');
			await see('Scripts run as this user');
			await press(keys.next);
			await see('Login user must be a login name');
			await press(`${keys.backspace.repeat(4)}ubuntu${keys.next}`);
			for (const page of ['uploads', 'start scripts', 'async scripts', 'done checks', 'data to collect']) {
				await see(`Master, ${page}`);
				await press(keys.next);
			}

			await see('Slave, image and count');
			await press('an AMI');
			await press('\rami-XY');
			await press(keys.next);
			await see('AMI ID must be ami- and 8 to 17 hexadecimal digits');
			await press(`${keys.backspace.repeat(2)}0bbbbbbbbbbbbbbb2`);
			await press(keys.next.repeat(6));
			await see('Slave, data to collect');
			await press(keys.save);
			await see('Template exp is saved.');
			assert.deepEqual(
				saved(d2cm)?.roles.map(({image, user}) => [image, user]),
				[
					['ami-0aaaaaaaaaaaaaaa1', 'ubuntu'],
					['ami-0bbbbbbbbbbbbbbb2', undefined],
				],
			);
		},
		{d2cm, first: {screen: 'templates'}},
	);
});
