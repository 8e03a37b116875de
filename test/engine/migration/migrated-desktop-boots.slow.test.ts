import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {Cloud, Instance} from '../../../source/engine/cloud/cloud.js';
import {createLocalCloud} from '../../../source/engine/cloud/local/local-cloud.js';
import {setLease, setLeaseAtBoot} from '../../../source/engine/deployments/lease/lease-commands.js';
import type {LeaseLimits} from '../../../source/engine/deployments/lease/lease-limits.js';
import {userData} from '../../../source/engine/deployments/user-data.js';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../../source/engine/migration/migrate-to-local.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import {type KeyPair, makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import type {Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const bootLimitMs = 600_000;

test('a migrated desktop boots as an instance of its own, with a lease, and ends itself when nobody renews it', {
	timeout: 900_000,
}, async t => {
	const folder = await temporaryFolder(t);
	const vdi = join(folder, 'desktop.vdi');
	await runProgram(join(projectFolder(), 'scripts', 'make-sample-desktop'), [vdi]);
	const localFolder = join(folder, 'local');
	const image = await migrateToLocal({
		migration: {id: 'mig-0123abcd', image: 'desktop', file: vdi, cloud: 'local', installation: 'test', createdAt: ''},
		workFolder: join(folder, 'work'),
		localFolder,
		journal: memoryJournal(),
		signal: new AbortController().signal,
		clock: systemClock,
	});

	const cloud = createLocalCloud({folder: localFolder});
	const login = makeKeyPair('login');
	const hosts = [makeKeyPair('host'), makeEcdsaKeyPair('host'), await makeRsaKeyPair('host')];
	const owner = {installation: 'test', launchKey: 'Boot.ABC123', publicKey: login.publicKey};
	await cloud.prepare(owner);
	const [instance] = await cloud.reserve({
		clientToken: 'boot-test',
		owner,
		role: 'Master',
		imageId: image.id,
		instanceType: 'local.small',
		count: 1,
		userData: userData(hosts, setLeaseAtBoot('boot-test', day)),
	});
	assert.ok(instance?.ssh);
	try {
		await checkInstance(cloud, instance, {login, hosts}, line => t.diagnostic(line));
	} finally {
		// Before the folder goes: by it the process is found.
		await end(cloud, instance);
	}
});

const blobOf = (publicKey: string) => publicKey.split(' ').slice(0, 2).join(' ');

type Keys = {readonly login: KeyPair; readonly hosts: readonly KeyPair[]};

const day: LeaseLimits = {leaseSeconds: 86_400, mostSeconds: undefined, graceSeconds: 600, tickSeconds: 1};

async function checkInstance(
	cloud: Cloud,
	instance: Instance,
	{login, hosts}: Keys,
	say: (line: string) => void,
): Promise<void> {
	assert.ok(instance.ssh);
	const target: ShellTarget = {
		name: 'master-1',
		...instance.ssh,
		user: 'root',
		privateKey: login.privateKey,
		hostKeys: hosts.map(({publicKey}) => blobOf(publicKey)),
	};
	const shell = await connectWhenUp(target, async () => cloud.consoleOutput(instance.id));
	using _closing = {[Symbol.dispose]: () => shell.close()};
	const ask = async (command: string) => {
		const {code, stdout, stderr} = await shell.run(command, {timeoutMs: 120_000});
		assert.equal(code, 0, `${command}: ${stderr}`);
		return stdout.trim();
	};

	const address = instance.privateAddress ?? '';
	assert.equal(await ask('hostname'), `ip-${address.replaceAll('.', '-')}`);
	const addresses = await ask('ip -4 -o address');
	assert.match(addresses, new RegExp(`inet ${address.replaceAll('.', '\\.')}/16 `));
	assert.match(addresses, /inet 10\.78\.0\.29\/29 /, 'by DHCP, on the card of the cloud');
	// By itself it waits 5 s, in which an emulated sshd on a busy machine may not have answered.
	const shown = await ask(`ssh-keyscan -T 60 -t rsa,ecdsa,ed25519 ${address}`);
	assert.deepEqual(
		shown.split('\n').toSorted(),
		hosts.map(({publicKey}) => `${address} ${blobOf(publicKey)}`).toSorted(),
	);
	assert.equal(await ask('ls /etc/ssh/ssh_host_*_key | wc -l'), '3', 'and no other');
	assert.match(await ask('cat /etc/machine-id'), /^[0-9a-f]{32}$/);
	assert.match(await ask('findmnt -n -o SOURCE,OPTIONS /'), /^\/dev\/vda1 rw,/);
	assert.match(await ask('sshd -T | grep -i permitrootlogin'), /without-password|prohibit-password/);
	assert.match(await ask('cat /proc/cmdline'), /console=ttyS0/);
	assert.match(await ask('/opt/experiment/estimate-pi 10000 7'), /^7[6-9]\d\d$|^80\d\d$/);
	assert.match(await ask('systemctl is-enabled e2scrub_reap.service || true'), /^masked/);

	const console = await cloud.consoleOutput(instance.id);
	assert.match(console, /the timer that ends this instance is set.*this is instance i-/s);

	assert.equal(await ask('systemctl is-active d2cm-lease.service'), 'active');
	const [uptime, spent, owner] = (await ask('cat /proc/uptime /run/d2cm-lease/spent /run/d2cm-lease/owner')).split(
		'\n',
	);
	say(`the lease counts from second ${owner?.split(' ')[1]} of the boot; ${spent} at ${uptime}`);
	const [idle = 0] = spent?.split(' ').map(Number) ?? [];
	assert.ok(idle > 0 && idle <= Number(uptime?.split(' ')[0]));

	const begun = performance.now();
	const {command, input} = setLease({...day, leaseSeconds: 10});
	const set = await shell.run(command, {input, timeoutMs: 120_000});
	say(`set anew in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
	assert.equal(set.code, 0, set.stderr);
	await ended(cloud, instance.id, bootLimitMs);
}

async function connectWhenUp(target: ShellTarget, consoleOutput: () => Promise<string>): Promise<Shell> {
	const end = Date.now() + bootLimitMs;
	for (;;) {
		try {
			return await connectSsh2(target);
		} catch (error) {
			// Any other error, a wrong host key above all, is final.
			if (!(error instanceof ConnectionLostError)) {
				throw error;
			}

			if (Date.now() > end) {
				throw new Error(`It did not come up:\n${(await consoleOutput()).slice(-3000)}`, {cause: error});
			}

			await delay(1000);
		}
	}
}

async function end(cloud: Cloud, {id}: Instance): Promise<void> {
	await cloud.terminate([id]);
	await ended(cloud, id, 20_000);
}

async function ended(cloud: Cloud, id: string, limitMs: number): Promise<void> {
	for (const limit = Date.now() + limitMs; Date.now() < limit; ) {
		const [now] = await cloud.describe({ids: [id]});
		if (!now || now.state === 'terminated') {
			return;
		}

		await delay(200);
	}

	assert.fail(`${id} does not end`);
}
