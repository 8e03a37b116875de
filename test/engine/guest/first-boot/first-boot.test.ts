import assert from 'node:assert/strict';
import {readdirSync, symlinkSync} from 'node:fs';
import {mkdir, readdir, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {userData} from '../../../../source/engine/deployments/user-data.js';
import {makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../../../../source/engine/ssh/make-key-pair.js';
import {addSeedDisk, firstBootMachine, sampleHostKey, userDataWith} from './first-boot-machine.js';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample launch key of T.ABC123';
const metaData = (id: string) =>
	`instance-id=${id}\nlocal-hostname=ip-10-77-0-3\npublic-key=${publicKey}\nprivate-mac=52:54:00:77:00:03\nprivate-address=10.77.0.3/16\nprivate-route=10.78.0.0/16\n`;

test('an instance with a seed disk takes its keys, name and private address from it', async t => {
	const machine = await firstBootMachine(t);
	const hostKey = await sampleHostKey(machine);
	await addSeedDisk(machine, metaData('i-1'), userDataWith(hostKey));
	await machine.write('sys/class/net/enp0s4/address', '52:54:00:77:00:03\n');
	await machine.write('sys/class/net/enp0s4/ifindex', '3\n');
	await machine.write('run/udev/data/n3', '');

	await machine.step('seed');
	await machine.step('apply');

	assert.deepEqual(await readdir(join(machine.folder, 'etc/ssh')), [
		'ssh_host_ed25519_key',
		'ssh_host_ed25519_key.pub',
	]);
	assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey);
	assert.equal((await machine.read('etc/ssh/ssh_host_ed25519_key.pub')).trim(), hostKey.publicKey);
	assert.equal((await stat(join(machine.folder, 'etc/ssh/ssh_host_ed25519_key'))).mode & 0o777, 0o600);
	assert.equal(
		await machine.read('root/.ssh/authorized_keys'),
		`ssh-ed25519 AAAAold scientist@desktop\n${publicKey}\n`,
	);
	assert.equal((await stat(join(machine.folder, 'root/.ssh/authorized_keys'))).mode & 0o777, 0o600);
	assert.equal(await machine.read('etc/hostname'), 'ip-10-77-0-3\n');
	assert.equal(await machine.read('etc/hosts'), '127.0.0.1\tlocalhost\n127.0.1.1\tip-10-77-0-3\n');
	assert.equal(await machine.read('run/d2cm/user-data'), userDataWith(hostKey));
	assert.equal(await machine.read('var/lib/d2cm/instance-id'), 'i-1\n');
	assert.match(await machine.read('etc/machine-id'), /^[0-9a-f]{32}\n$/);
	assert.match(
		await machine.read('run/systemd/network/05-d2cm-private.network'),
		/MACAddress=52:54:00:77:00:03[\s\S]*\[Route\]\nDestination=10\.78\.0\.0\/16\nScope=link\n$/,
	);
	assert.deepEqual((await machine.calls()).trim().split('\n'), [
		'hostname ip-10-77-0-3',
		'ip address replace 10.77.0.3/16 dev enp0s4',
		'ip link set dev enp0s4 up',
		'ip route replace 10.78.0.0/16 dev enp0s4',
	]);
});

test('a private card that udev has not named yet is left to its event', async t => {
	const machine = await firstBootMachine(t);
	await addSeedDisk(machine, metaData('i-1'), userDataWith(await sampleHostKey(machine)));
	await machine.write('sys/class/net/eth1/address', '52:54:00:77:00:03\n');
	await machine.write('sys/class/net/eth1/ifindex', '3\n');

	await machine.step('apply');
	assert.equal(await machine.calls(), 'hostname ip-10-77-0-3\n');

	await machine.step('nic', {INTERFACE: 'eth1'});
	assert.match(await machine.calls(), /ip address replace 10\.77\.0\.3\/16 dev eth1\n/);
});

test('only the cards of the cloud are given to ifupdown', async t => {
	const machine = await firstBootMachine(t);
	await addSeedDisk(machine, metaData('i-1'), '');
	await machine.write('etc/d2cm/dhcp-by-ifupdown', '');
	await machine.write('sys/class/net/ens5/address', '52:54:00:00:00:01\n');
	await machine.write('sys/class/net/ens5/device/vendor', '0x1af4\n');
	await machine.write('sys/class/net/docker0/address', '52:54:00:00:00:09\n');
	await machine.write('sys/class/net/ens6/address', '52:54:00:77:00:03\n');
	await machine.write('sys/class/net/ens6/device/vendor', '0x1af4\n');

	await machine.step('seed');
	for (const name of ['ens5', 'ens6', 'docker0', 'lo']) {
		await machine.step('nic', {INTERFACE: name});
	}

	assert.deepEqual(await readdir(join(machine.folder, 'run/network/interfaces.d')), ['ens5']);
	assert.equal(await machine.read('run/network/interfaces.d/ens5'), 'allow-hotplug ens5\niface ens5 inet dhcp\n');
});

test('without host keys in the user data an instance makes its own once, never the ones of the desktop', async t => {
	const machine = await firstBootMachine(t);
	await addSeedDisk(machine, metaData('i-1'), '#cloud-config\ndisable_root: false\n');
	await machine.step('apply');
	const first = await machine.read('etc/ssh/ssh_host_ed25519_key');
	assert.equal((await readdir(join(machine.folder, 'etc/ssh'))).includes('ssh_host_rsa_key'), false);

	await machine.reboot();
	await machine.step('apply');
	assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), first);
	assert.equal((await machine.read('root/.ssh/authorized_keys')).split('\n').length, 3);

	const machineId = await machine.read('etc/machine-id');
	await machine.reboot();
	await addSeedDisk(machine, metaData('i-2'), '');
	await machine.step('apply');
	assert.notEqual(await machine.read('etc/ssh/ssh_host_ed25519_key'), first);
	assert.notEqual(await machine.read('etc/machine-id'), machineId);
});

test('boot commands of the user data are run at each boot, as they stand, before anybody can log in', async t => {
	const machine = await firstBootMachine(t);
	const hostKey = await sampleHostKey(machine);
	const script = `cat >"$D2CM_ROOT/lease" <<'END'\n\tone  two\n# three\n\nssh_keys:\nEND\necho boot >>"$D2CM_ROOT/calls"\n`;
	const text = `${userData([hostKey], script)}final_message: none\n`;
	await addSeedDisk(machine, metaData('i-1'), text);
	await machine.step('apply');
	assert.equal(await machine.read('lease'), '\tone  two\n# three\n\nssh_keys:\n');
	assert.deepEqual((await machine.calls()).split('\n').slice(0, 2), ['boot', 'hostname ip-10-77-0-3']);
	assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey);

	await machine.reboot();
	await machine.step('apply');
	assert.equal((await machine.calls()).split('\n').filter(line => line === 'boot').length, 2);
	assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey, 'as it is pinned');

	await machine.reboot();
	await addSeedDisk(machine, metaData('i-2'), userData([hostKey], 'exit 3'));
	assert.match(await machine.step('apply'), /a boot command failed\n.*this is instance i-2/s);
});

test('host keys of every type are installed as they are given, and no other stays', async t => {
	const machine = await firstBootMachine(t);
	const hostKeys = {ed25519: makeKeyPair('m'), ecdsa: makeEcdsaKeyPair('m'), rsa: await makeRsaKeyPair('m')};
	await addSeedDisk(machine, metaData('i-1'), userData(Object.values(hostKeys), 'true'));
	for (const boot of ['first', 'second']) {
		await machine.step('apply');
		assert.equal((await readdir(join(machine.folder, 'etc/ssh'))).length, 6, boot);
		for (const [type, {privateKey, publicKey}] of Object.entries(hostKeys)) {
			const file = `etc/ssh/ssh_host_${type}_key`;
			assert.equal(await machine.read(file), privateKey);
			assert.ok(publicKey.startsWith((await machine.read(`${file}.pub`)).trim().replace(/ m$/, '')), type);
			assert.equal((await stat(join(machine.folder, file))).mode & 0o777, 0o600);
			assert.equal((await stat(join(machine.folder, `${file}.pub`))).mode & 0o777, 0o644);
		}

		await machine.reboot();
	}
});

test('a damaged host key in the user data is not installed', async t => {
	const machine = await firstBootMachine(t);
	const hostKey = await sampleHostKey(machine);
	const damaged = {...hostKey, privateKey: hostKey.privateKey.replace(/.{20}\n-----END/, '\n-----END')};
	await addSeedDisk(machine, metaData('i-1'), userDataWith(damaged));

	await machine.step('apply');

	assert.notEqual((await machine.read('etc/ssh/ssh_host_ed25519_key.pub')).trim(), hostKey.publicKey);
});

for (const without of ['nothing', 'curl'] as const) {
	test(`without a seed disk the metadata service of EC2 is asked, with tokens (lacking: ${without})`, async t => {
		const machine = await firstBootMachine(t);
		const hostKey = await sampleHostKey(machine);
		const service = await metadataService(t, {
			'meta-data/instance-id': 'i-0123456789abcdef0',
			'meta-data/local-hostname': 'ip-10-0-0-7.ec2.internal',
			'meta-data/public-keys/0/openssh-key': publicKey,
			'user-data': userDataWith(hostKey),
		});
		const environment: Record<string, string> = {
			D2CM_METADATA_URL: service.url,
			// For a machine that is busy; a real service answers at once.
			D2CM_METADATA_REQUEST_SECONDS: '60',
		};
		if (without === 'curl') {
			// A PATH of our own with what every Debian has, which is more than curl.
			environment.PATH = await pathWithoutCurl(machine.folder);
		}

		await machine.step('seed', environment);
		await machine.step('apply', environment);
		assert.equal(await machine.read('etc/hostname'), 'desktop\n', 'the network is not up that early');
		await machine.step('ensure', environment);

		assert.equal(await machine.read('etc/hostname'), 'ip-10-0-0-7\n');
		assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey);
		assert.match(await machine.read('root/.ssh/authorized_keys'), /launch key of T\.ABC123\n$/);
		assert.equal(await machine.read('var/lib/d2cm/instance-id'), 'i-0123456789abcdef0\n');
		const asked = service.requests.length;
		await machine.step('ensure', environment);
		assert.equal(service.requests.length, asked, 'once is enough for one boot');
	});
}

test('a metadata service that is too busy for each first question has its answers all the same', async t => {
	const machine = await firstBootMachine(t);
	const hostKey = await sampleHostKey(machine);
	const answers = {
		'meta-data/instance-id': 'i-0123456789abcdef0',
		'meta-data/public-keys/0/openssh-key': publicKey,
		'user-data': userDataWith(hostKey),
	};
	const service = await metadataService(t, answers, {isBusy: true});
	const environment = {D2CM_METADATA_URL: service.url, D2CM_METADATA_REQUEST_SECONDS: '60'};
	await machine.step('ensure', environment);
	assert.equal(await machine.read('etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey);
	assert.match(await machine.read('root/.ssh/authorized_keys'), /launch key of T\.ABC123\n$/);
	assert.equal(await machine.read('etc/hostname'), 'desktop\n', 'it has no name for it');
});

test('on a machine that is in no cloud nothing is changed', async t => {
	const machine = await firstBootMachine(t);
	for (const step of ['seed', 'apply', 'ensure']) {
		await machine.step(step);
	}

	assert.equal(await machine.read('etc/hostname'), 'desktop\n');
	assert.deepEqual(await readdir(join(machine.folder, 'etc/ssh')), ['ssh_host_rsa_key', 'ssh_host_rsa_key.pub']);
});

/** A metadata service that answers only with a token, as Amazon's does when IMDSv2 is required. */
async function metadataService(
	t: TestContext,
	answers: Readonly<Record<string, string>>,
	{isBusy = false}: {readonly isBusy?: boolean} = {},
) {
	const requests: string[] = [];
	const token = 'AQAEAtoken==';
	const server = createServer((request, response) => {
		const isFirst = !requests.includes(`${request.method} ${request.url}`);
		requests.push(`${request.method} ${request.url}`);
		if (request.method === 'PUT' && request.url === '/latest/api/token') {
			const ok = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0;
			response.writeHead(ok ? 200 : 400).end(ok ? token : '');
			return;
		}

		if (isBusy && isFirst) {
			response.writeHead(503).end('<html>busy</html>');
			return;
		}

		const answer = answers[(request.url ?? '').replace('/latest/', '')];
		const allowed = request.headers['x-aws-ec2-metadata-token'] === token;
		response.writeHead(allowed ? (answer === undefined ? 404 : 200) : 401).end(allowed ? answer : 'no token');
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.after(() => server.close());
	return {requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`};
}

async function pathWithoutCurl(folder: string): Promise<string> {
	const bin = join(folder, 'bin');
	await mkdir(bin);
	const programs = new Map(
		['/usr/bin', '/bin'].flatMap(directory =>
			readdirSync(directory).map(name => [name, join(directory, name)] as const),
		),
	);
	for (const [name, program] of programs) {
		if (!/^(curl|wget)/.test(name)) {
			symlinkSync(program, join(bin, name)); // There are thousands, each of which would wait for a thread.
		}
	}

	return `${join(folder, 'stubs')}:${bin}`;
}
