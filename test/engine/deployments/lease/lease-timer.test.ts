import assert from 'node:assert/strict';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {LeaseMachine, shells} from '../../../helpers/lease-machine.js';

for (const shell of shells) {
	test(`under ${shell}, an instance that nobody renews ends itself, after the lease and not before`, async t => {
		const machine = new LeaseMachine(t, shell);
		machine.start({leaseSeconds: 100});
		await machine.until(() => machine.idle === 0);
		machine.uptime = 1099;
		await machine.until(() => machine.idle === 99);
		assert.deepEqual(machine.asked, []);
		machine.uptime = 1100;
		await machine.until(() => machine.asked.length > 0);
		assert.equal(machine.asked[0], 'poweroff');
		assert.match(machine.read('live/ended') ?? '', /^nobody has renewed its lease for 100 s\n$/);
	});

	test(`under ${shell}, a renewed lease goes on, also beyond the longest time, which ends it once the job is gone`, async t => {
		const machine = new LeaseMachine(t, shell);
		machine.start({leaseSeconds: 100, mostSeconds: 150, graceSeconds: 95});
		await machine.until(() => machine.idle === 0);
		for (const seconds of [90, 180, 270]) {
			machine.uptime = 1000 + seconds;
			await machine.until(() => machine.idle === 90);
			machine.touch(`after ${seconds}`);
			await machine.until(() => machine.idle === 0);
		}

		assert.deepEqual(machine.asked, []);
		machine.uptime = 1000 + 270 + 95;
		await machine.until(() => machine.asked.length > 0);
		assert.match(machine.read('live/ended') ?? '', /^its longest time of 150 s is over, and nobody has renewed/);
	});

	test(`under ${shell}, the timer is set over SSH and told of by each renewal, and a dead one is started again`, async t => {
		const machine = new LeaseMachine(t, shell);
		assert.equal(machine.set({}), '');
		await machine.until(() => machine.idle === 0);
		machine.uptime = 1040;
		await machine.until(() => machine.idle === 40);
		assert.equal(machine.renew('one'), 'running 40 40');
		await machine.until(() => machine.read('live/spent') === '0 40 one\n');
		await machine.crash();
		assert.equal(machine.renew('two'), 'running 0 40');
		assert.equal(machine.renew('three'), 'started');
		await machine.until(() => machine.read('live/spent') === '0 40 three\n');
	});
}

const shell = shells[0] ?? 'sh';

test('a reboot neither ends an instance early nor gives it its time again', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.start({leaseSeconds: 100});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1060;
	await machine.until(() => machine.read('lease/spent') === '60 60 \n');
	await machine.crash();
	rmSync(machine.live, {recursive: true, maxRetries: 5, retryDelay: 20});
	machine.uptime = 3;
	machine.boot();
	await machine.until(() => machine.idle === 60);
	machine.uptime = 42;
	await machine.until(() => machine.idle === 99);
	assert.deepEqual(machine.asked, []);
	machine.uptime = 43;
	await machine.until(() => machine.asked.length > 0);
});

test('an uptime that jumps back counts as no time at all', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.start({leaseSeconds: 100});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 10;
	machine.touch('seen');
	await machine.until(() => machine.read('live/spent') === '0 0 seen\n');
	machine.uptime = 60;
	await machine.until(() => machine.idle === 50);
	assert.deepEqual(machine.asked, []);
});

test('of two timers the earlier one goes, and neither misses a renewal', async t => {
	const machine = new LeaseMachine(t, shell);
	const first = machine.start({leaseSeconds: 100});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1070;
	await machine.until(() => machine.idle === 70);
	machine.touch('one');
	await machine.until(() => machine.idle === 0);
	const second = machine.boot();
	await machine.until(() => first.exitCode === 0);
	machine.uptime = 1140;
	await machine.until(() => machine.idle === 70);
	assert.equal(second.exitCode, null);
	assert.deepEqual(machine.asked, []);
});

test('a full disk of the instance does not hinder a renewal', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.start({leaseSeconds: 100});
	await machine.until(() => machine.read('lease/spent') === '0 0 \n');
	mkdirSync(join(machine.folder, 'spent.new')); // From now on nothing can be written there.
	machine.uptime = 1080;
	await machine.until(() => machine.idle === 80);
	machine.touch('one');
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1160;
	await machine.until(() => machine.idle === 80);
	assert.deepEqual(machine.asked, []);
});

test('what was counted and is damaged is begun anew', async t => {
	const machine = new LeaseMachine(t, shell);
	mkdirSync(machine.live);
	writeFileSync(join(machine.live, 'spent'), '99999999x 5 \0\n');
	machine.start({leaseSeconds: 100});
	await machine.until(() => machine.read('live/spent') === '0 0 \n');
	machine.uptime = 1100;
	await machine.until(() => machine.asked.length > 0);
});

test('where poweroff fails or is not enough, the other ways are gone, again and again', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.answer('poweroff', 1);
	machine.start({leaseSeconds: 1});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1001;
	await machine.until(() => machine.asked.length >= 5);
	assert.deepEqual(machine.asked.slice(0, 5), ['poweroff', 'shutdown -h now', 'halt -p', 'poweroff -f', 'poweroff']);
});

test('where there is systemd, the timer becomes a service that is there after a reboot', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.haveSystemd();
	assert.equal(machine.set({}), '');
	assert.deepEqual(machine.asked, ['systemctl --no-block restart d2cm-lease.service']);
	assert.equal(
		machine.read('units/multi-user.target.wants/d2cm-lease.service'),
		machine.read('units/d2cm-lease.service'),
	);
	assert.match(machine.read('units/d2cm-lease.service') ?? '', /^ExecStart=\/bin\/sh \S+\/timer$/m);
	await machine.until(() => machine.idle === 0);
});

test('an old systemd that does not see a new unit is told of it', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.haveSystemd();
	machine.answer('systemctl', 1);
	assert.equal(machine.set({}), '');
	assert.deepEqual(machine.asked, ['systemctl --no-block restart d2cm-lease.service', 'systemctl daemon-reload']);
	await machine.until(() => machine.idle === 0); // As a process of its own, since nothing else was possible.
});

for (const one of shells) {
	test(`under ${one}, a lease that is set while it boots counts from there, goes on with other limits, and is not started twice`, async t => {
		const machine = new LeaseMachine(t, one);
		assert.equal(machine.setAtBoot('token-1', {leaseSeconds: 100}), 'd2cm: the timer that ends this instance is set');
		await machine.until(() => machine.idle === 0);
		const owner = machine.read('live/owner');
		machine.uptime = 1090;
		await machine.until(() => machine.idle === 90);

		assert.equal(machine.set({leaseSeconds: 50, mostSeconds: 60}), '');
		await machine.until(() => machine.idle === 0);
		assert.equal(machine.read('live/owner'), owner);
		assert.equal(machine.renew('one'), 'running 0 0');
		await machine.until(() => machine.read('live/spent') === '0 0 one\n');
		machine.uptime = 1139;
		await machine.until(() => machine.idle === 49);
		assert.deepEqual(machine.asked, []);
		machine.uptime = 1140;
		await machine.until(() => machine.asked.length > 0);
		assert.match(machine.read('live/ended') ?? '', /for 50 s\n$/);
	});
}

test('a reboot goes on with what was counted, a copy of the disk under another mark begins anew', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.setAtBoot('token-1', {});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1060;
	await machine.until(() => machine.read('lease/spent') === '60 60 \n');
	const reboot = async (mark: string) => {
		await machine.crash();
		rmSync(machine.live, {recursive: true, maxRetries: 5, retryDelay: 20});
		machine.uptime = 3;
		machine.setAtBoot(mark, {});
	};
	await reboot('token-1');
	await machine.until(() => machine.idle === 60);
	await reboot('token-2');
	await machine.until(() => machine.idle === 0);
	assert.equal(machine.read('lease/mark'), 'token-2\n');
});

for (const system of ['systemd', 'no systemd', 'a systemd that has lost its unit'] as const) {
	test(`with ${system}, what has stopped itself and is started again has its lease from the beginning, and stops itself again`, async t => {
		const machine = new LeaseMachine(t, shell);
		if (system !== 'no systemd') {
			machine.haveSystemd();
		}

		const isSet = 'd2cm: the timer that ends this instance is set';
		assert.equal(machine.setAtBoot('token-1', {}), isSet);
		await machine.until(() => machine.idle === 0);
		machine.uptime = 1100;
		await machine.until(() => machine.asked.includes('poweroff'));
		await machine.powerCycle();
		if (system === 'a systemd that has lost its unit') {
			rmSync(join(machine.units, 'multi-user.target.wants'), {recursive: true});
		} else if (system === 'systemd') {
			machine.boot();
		}

		assert.equal(machine.setAtBoot('token-1', {}), system === 'systemd' ? '' : isSet);
		await machine.until(() => machine.idle === 0);
		assert.equal(machine.renew('job'), 'running 0 100');
		await machine.until(() => machine.read('live/spent') === '0 100 job\n');
		machine.uptime = 102;
		await machine.until(() => machine.idle === 99);
		assert.equal(machine.read('live/ended'), undefined);
		machine.uptime = 103;
		await machine.until(() => machine.asked.includes('poweroff'));
	});
}

test('what is started again and starts no timer by itself has one with the first renewal, should there be no second', async t => {
	const machine = new LeaseMachine(t, shell);
	machine.set({});
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1100;
	await machine.until(() => machine.asked.includes('poweroff'));
	await machine.powerCycle();
	assert.equal(machine.renew('job'), 'started');
	await machine.until(() => machine.idle === 0);
	machine.uptime = 103;
	await machine.until(() => machine.asked.includes('poweroff'));
});

test('what has stopped itself since its longest time was over and is started again stays for whoever looks after it', async t => {
	const machine = new LeaseMachine(t, shell);
	const limits = {mostSeconds: 50, graceSeconds: 20};
	machine.setAtBoot('token-1', limits);
	await machine.until(() => machine.idle === 0);
	machine.uptime = 1050;
	await machine.until(() => machine.asked.length > 0);
	await machine.powerCycle();
	machine.setAtBoot('token-1', limits);
	await machine.until(() => machine.idle === 0);
	machine.uptime = 22;
	await machine.until(() => machine.idle === 19);
	assert.equal(machine.read('live/ended'), undefined);
	machine.uptime = 23;
	await machine.until(() => machine.asked.length > 0);
});
