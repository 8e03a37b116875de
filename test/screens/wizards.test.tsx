import assert from 'node:assert/strict';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import type {Credential} from '../../source/store/database.js';
import {type CloudEntry, cloudSchema} from '../../source/store/database.js';
import {type FakeD2cm, FakeError} from '../helpers/fake-d2cm.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

let folder = '';
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'd2cm-screens-'));
	await writeFile(join(folder, 'worker.vdi'), '');
	await writeFile(join(folder, 'windows.vdi'), '');
});
after(() => rm(folder, {recursive: true}));

const lastCall = (d2cm: FakeD2cm, name: string) => d2cm.calls.findLast(([called]) => called === name)?.slice(1);

test('an image is added by name and path, completed with Tab, after its findings were shown', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('n');
			await press(`lab\r${folder}/work\t`);
			await see('worker.vdi');
			await press('\r');
			const report = await see('what is in it');
			assert.match(report, /Verdict: +will be fixed/);
			assert.match(report, /will be fixed +fstab: Swap is mounted by device name/);
			assert.equal(lastCall(d2cm, 'addImage'), undefined);
			await press('\r');
			await see('The image lab is added.');
			assert.deepEqual(lastCall(d2cm, 'addImage'), ['lab', join(folder, 'worker.vdi')]);
		},
		{first: {screen: 'images'}},
	));

test('an image that cannot be read is said with a hint, and its path can be mended', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			d2cm.failures.set(
				'inspect',
				new FakeError('windows.vdi is not a VDI.', 'Choose the disk of a VirtualBox machine.'),
			);
			await press(`nlab\r${folder}/nothing.vdi\r`);
			await see('VDI file is not there');
			await press(`${keys.backspace.repeat('nothing.vdi'.length)}windows.vdi\r`);
			await see('Choose the disk of a VirtualBox machine.');
			assert.match(frame(), /Name +lab/);
			await press('\r');
			await see(/CANNOT RUN +sshd/);
			assert.match(await press(keys.escape), /windows\.vdi/);
		},
		{first: {screen: 'images'}},
	));

test('a migration to the local cloud asks for the cloud only, then shows the job, which goes on when left', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('m');
			await press('\r\r');
			assert.match(await see('Ready (2 of 2)'), /Cloud: +local, This machine/);
			await press('\r');
			await see('Migration of worker');
			assert.deepEqual(lastCall(d2cm, 'startMigration'), [{image: 'worker', cloud: 'local'}]);
			assert.match(await see('40%'), /381 MiB of 954 MiB/);
			d2cm.write('mig-00000002', {
				kind: 'progress',
				task: 'Copying blocks',
				done: 800_000_000,
				total: 1_000_000_000,
				unit: 'bytes',
			});
			await see('80%');
			await press(keys.escape);
			await press('4');
			await see('mig-00000002');
			await press(`${keys.up}\r`);
			await see('80%');
			assert.equal(lastCall(d2cm, 'cancelJob'), undefined);
			await press('c');
			await see('Cancel the migration of worker?');
			await press('y');
			await see('CANCELLED');
		},
		{first: {screen: 'images'}},
	));

test('a migration to a Eucalyptus cloud asks for way, bucket, kernel and ramdisk, and says what it sends before it starts', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('n');
			await press(`\r${keys.down}\r`);
			assert.match(await see('The way there (2 of 4)'), /parts in a bucket/);
			await press('\rMy Bucket\r');
			await see('Bucket has capital letters');
			await press('\u0015images\r');
			await see('Kernel and ramdisk (3 of 4)');
			await press(`${keys.down}\r\r`);
			await see(/Kernel: +aki-11111111/);
			await press('\r');
			assert.match(await see('Start the migration?'), /To send: 3\.3 GiB at most/);
			assert.equal(lastCall(d2cm, 'startMigration'), undefined);
			await press('y');
			await see('Migration of worker');
			assert.deepEqual(lastCall(d2cm, 'startMigration'), [
				{
					image: 'worker',
					cloud: 'sci',
					kernel: 'aki-11111111',
					ramdisk: 'ari-22222222',
					bucket: 'images',
					way: 'bundle',
				},
			]);
		},
		{first: {screen: 'amis'}},
	));

test('a migration that would be stopped is not begun, and the form keeps what was chosen', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			d2cm.obstacle = {message: 'The keys may not do ec2:RegisterImage.', hint: 'Ask for that right.'};
			await press('n');
			await press(`\r${keys.down}${keys.next.repeat(3)}`);
			await see('Ready');
			await press('\r');
			await see('It cannot be started yet.');
			await press('y');
			await see('It would be stopped');
			assert.equal(lastCall(d2cm, 'startMigration'), undefined);
			await press('n');
			await see(/Cloud: +sci/);
		},
		{first: {screen: 'amis'}},
	));

test('an AMI is removed with its data or without, and another image is put in its place', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			d2cm.change({
				amis: [{...d2cm.database().amis[0], id: 'ami-0a1b2c3d', cloud: 'sci', snapshot: 'snap-12345678'} as never],
			});
			await see('sci');
			await press('i');
			await see('Change the image of an AMI');
			await press(keys.save);
			await see('ami-0a1b2c3d stands for worker now.');
			assert.deepEqual(lastCall(d2cm, 'registerAmi'), [{id: 'ami-0a1b2c3d', cloud: 'sci', image: 'worker'}]);
			await press('d');
			await see('It is made of snap-12345678');
			await press('k');
			await see('Kept: snap-12345678');
			assert.deepEqual(lastCall(d2cm, 'removeAmi'), ['sci', 'ami-0a1b2c3d', {data: 'keep'}]);
		},
		{first: {screen: 'amis'}},
	));

test('a deployment is started only after its price was agreed to, be it $0.00', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('s');
			await press(`\r${keys.backspace}2000\r\r`);
			await see('Instance types and counts (2 of 3)');
			await press(`${keys.down}\r\r\r3\r`);
			await see('Limits (3 of 3)');
			await press('5\r2000\r\r\r');
			await see('Lease (hours) must be a number above 0, of at most');
			await press(`${keys.backspace}${keys.backspace}\r1.5\r${keys.down}\r`);
			const plan = await see('rate of $0.00 per hour (4 instances on local)');
			assert.match(plan, /Slave +3 of local\.small +\$0\.00 +\$0\.00/);
			assert.match(plan, /share 2 cores/);
			assert.equal(lastCall(d2cm, 'startDeployment'), undefined);
			// Going back from the price keeps everything typed.
			await press('n');
			await see(/Longest time \(hours\) +1\.5/);
			await press(keys.previous);
			await see(/Slave: instances +3/);
			await press(keys.save);
			await see('rate of $0.00');
			await press('y');
			await see('Deployment pi.NEW001');
			assert.deepEqual(lastCall(d2cm, 'planDeployment'), [
				{
					template: 'pi',
					cloud: 'local',
					problemSize: 2000,
					types: {Master: 'local.medium', Slave: 'local.small'},
					counts: {Slave: 3},
					capUsd: 5,
					leaseHours: 20,
					maxHours: 1.5,
					whenFull: 'wait',
				},
			]);
		},
		{first: {screen: 'templates'}},
	));

test('a cloud without AMIs of the images cannot be chosen, and says why', () =>
	walkScreens(
		async ({press, see}) => {
			await press('s');
			await press(`\r\r${keys.down}`);
			await see('not now: no AMI of worker there');
			await press('\r');
			await see('Cloud cannot be sci: no AMI of worker there');
		},
		{first: {screen: 'templates'}},
	));

test('a template is exported and imported by path, and no file is replaced unasked', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			const file = join(folder, 'pi.yaml');
			await writeFile(file, 'mine');
			await press('x');
			await press(`\u0015${file}\r\r`);
			await see('is there already');
			assert.equal(await readFile(file, 'utf8'), 'mine');
			await press('\t \r');
			await see('The template pi is in');
			assert.equal(await readFile(file, 'utf8'), 'name: pi\n');
			await press('i');
			await press(`${file}\r`);
			await see('The template imported is imported.');
			assert.deepEqual(lastCall(d2cm, 'importTemplate'), [Buffer.from('name: pi\n'), folder]);
		},
		{first: {screen: 'templates'}},
	));

test('a secret is never shown, and stays when nothing is typed', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await press('e');
			assert.match(await press('\t\t\t'), /kept; type to replace it/);
			assert.match(await press('hunter2'), /\*{7}/);
			assert.doesNotMatch(frame(), /hunter2|never-shown/);
			// The certificate the data speak of is not on this machine.
			await press(`\u0015\r\u0015${keys.save}`);
			await see('The credentials lab are saved.');
			const [saved] = lastCall(d2cm, 'saveCredential') ?? [];
			assert.equal((saved as Credential | undefined)?.secretKey, 'never-shown');
		},
		{first: {screen: 'credentials'}},
	));

test('the fields of a cloud follow its kind', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await press('n');
			await press('far\r');
			await see('Amazon EC2');
			assert.doesNotMatch(frame(), /This machine|TLS CA/);
			await press(keys.down);
			await see('TLS CA');
			assert.doesNotMatch(frame(), /EBS direct address/);
			await press(keys.up);
			await see('us-east-1');
			await press(`\r${keys.up}${keys.save}`);
			await see('The cloud far is saved.');
			assert.deepEqual(lastCall(d2cm, 'saveCloud'), [
				cloudSchema.parse({name: 'far', kind: 'ec2', region: 'eu-west-1', credential: 'lab'}),
				{replaces: undefined},
			]);
		},
		{first: {screen: 'clouds'}},
	));

test('what is rarely set for a cloud is below, checked, and emptied again', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			const saved = () => lastCall(d2cm, 'saveCloud')?.[0] as CloudEntry;
			await press(`${keys.down}e`);
			await see('Cloud sci');
			await press(`\t${keys.down}${'\t'.repeat(8)}`);
			await see('Left empty, it is the EC2 address.');
			await press(`https://ebs.example.org/\thttps://sts.example.org/\t192.0.2.300\t70000${keys.save}`);
			await see('SSH comes from must be an IPv4 address');
			await press(`${keys.backspace}${keys.save}`);
			await see('SSH port must be a whole number from 1 to 65535');
			await press(`${keys.backspace}${keys.backspace}${keys.save}`);
			await see('The cloud sci is saved.');
			const {ebsUrl, stsUrl, sshFrom, sshPort} = saved();
			assert.deepEqual(
				{ebsUrl, stsUrl, sshFrom, sshPort},
				{ebsUrl: 'https://ebs.example.org/', stsUrl: 'https://sts.example.org/', sshFrom: '192.0.2.30', sshPort: 700},
			);
			await press('e');
			await see('Cloud sci');
			await press(`${keys.up}${keys.backspace.repeat(3)}${keys.save}`);
			await see('The cloud sci is saved.');
			assert.equal(saved().sshPort, 22);
		},
		{first: {screen: 'clouds'}},
	));

test('a price is set, said to be unknown, and left to the list again', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			const prices = () => d2cm.calls.filter(([name]) => name === 'setPrice').map(([, ...given]) => given);
			await press('p');
			await see('Prices of local');
			await see('local.medium');
			await press(`${keys.down}d`);
			await see('You have set no price for local.medium.');
			// Nothing typed is no price of $0.
			await press('e\r');
			await see('must be US dollars per hour');
			await press('-1\r');
			await see('must be US dollars per hour');
			await press(`${keys.backspace}${keys.backspace}0.25\r`);
			await see(/local\.medium.*\$0\.25 the price table/);
			await press('e');
			await see('local.medium on local');
			await press(`${keys.backspace.repeat(4)}unknown\r`);
			await see(/local\.medium.*unknown the price table/);
			await press('d');
			await see(/local\.medium.*\$0\.00 the cloud/);
			assert.deepEqual(prices(), [
				['local', 'local.medium', 0.25],
				['local', 'local.medium', null],
				['local', 'local.medium', undefined],
			]);
			await press(keys.escape);
			await see('Eucalyptus');
		},
		{first: {screen: 'clouds'}},
	));

test('kernels and AMIs known by their ID are added by hand', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('n');
			await press(`${keys.down}${keys.down}\raki-123\t${keys.save}`);
			await see('ID must be aki- and 8 to 17');
			await press(`45678${keys.save}`);
			await see('aki-12345678 is saved.');
			await press('4a');
			await press(`ami-12345678\r${keys.down}\r\r8${keys.save}`);
			await see('ami-12345678 is known now.');
			assert.deepEqual(lastCall(d2cm, 'registerAmi'), [
				{
					id: 'ami-12345678',
					cloud: 'sci',
					image: 'worker',
					createdAt: '2026-11-22T12:00:00.000Z',
					virtualBytes: 8 * 1024 ** 3,
					migration: '',
				},
			]);
		},
		{first: {screen: 'kernels'}},
	));
