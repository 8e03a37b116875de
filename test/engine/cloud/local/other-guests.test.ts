import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {type TestContext, test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import type {HostFigures} from '../../../../source/engine/cloud/local/capacity.js';
import {localTypes} from '../../../../source/engine/cloud/local/instance-types.js';
import {createLocalCloud} from '../../../../source/engine/cloud/local/local-cloud.js';
import {
	mustHaveComeFirst,
	parseQemu,
	readOtherGuests,
	whoseWords,
} from '../../../../source/engine/cloud/local/other-guests.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const isRoot = process.getuid?.() === 0;
const other = isRoot ? {uid: 65_534, name: 'nobody'} : {uid: process.getuid?.() ?? 0, name: 'yours'};

test('what QEMU has promised a guest is read from its command line, in all the ways to write it', () => {
	const given = (...words: readonly string[]) => parseQemu(['/usr/bin/qemu-system-x86_64', ...words]);
	assert.deepEqual(given('-smp', '2', '-m', '512M'), {memoryMib: 512, vcpus: 2});
	assert.deepEqual(given('-m', '2G', '-smp', 'cpus=4,cores=2'), {memoryMib: 2048, vcpus: 4});
	assert.deepEqual(given('-m', 'size=1048576k,slots=2'), {memoryMib: 1024, vcpus: 1});
	assert.deepEqual(given('-nographic'), {memoryMib: 128, vcpus: 1});
	assert.deepEqual(parseQemu(['qemu-system-aarch64', '-m', '1024']), {memoryMib: 1024, vcpus: 1});
	assert.equal(parseQemu(['vim', 'qemu-system-x86_64', '-m', '1G']), undefined);
	assert.equal(parseQemu(['']), undefined);
});

test("another user's guest counts with the memory it was promised, though it has touched none, and its user is named", async t => {
	const {pid = 0} = await guestOf(t, ['-m', '64M', '-smp', '1']);
	const guest = (await readOtherGuests(new Set())).find(one => one.pid === pid);
	assert.equal(guest?.memoryMib, 64);
	assert.equal(guest.uid, other.uid);
	assert.ok(guest.residentMib < 64 && guest.startedAt > 0);
	assert.equal(
		(await readOtherGuests(new Set([pid]))).some(one => one.pid === pid),
		false,
	);
	assert.match(await whoseWords([guest, guest]), new RegExp(`^Other guests run here: 2 of ${other.name}`));

	const cloud = createLocalCloud({folder: await temporaryFolder(t)});
	await assert.rejects(cloud.checkCapacity([{instanceType: 'local.small', count: 100_000}]), (error: unknown) => {
		assert.ok(error instanceof CapacityError);
		assert.match(error.message, new RegExp(`MiB free.* Other guests run here: .*\\d of ${other.name}`));
		// It could not be had with nothing else on this machine, so there is no reason to wait.
		assert.equal(error.reason, 'limit');
		assert.equal(error.hint, 'Choose a smaller instance type or fewer instances.');
		return true;
	});
});

test('of two who take the last memory at once, the one whose guest began later gives way, whoever looks', () => {
	const [small] = localTypes([]);
	assert.ok(small);
	const wanted = [{type: small, count: 1}];
	const guest = (pid: number, startedAt: number) => ({
		pid,
		startedAt,
		uid: 1,
		vcpus: 1,
		memoryMib: 512,
		residentMib: 40,
	});
	const [mine, theirs] = [guest(10, 100), guest(11, 100)];
	// Room for one guest and its QEMU, before either has touched its memory.
	const host: HostFigures = {availableMemoryMib: 256 + 712 + 100 - 80, cores: 8, freeDiskMib: 9999, cpuOvercommit: 4};
	const seen = new Set<number>();
	mustHaveComeFirst(wanted, host, {ours: [mine], running: [], others: [theirs], seen});
	assert.throws(
		() => mustHaveComeFirst(wanted, host, {ours: [theirs], running: [], others: [mine], seen}),
		CapacityError,
	);
	mustHaveComeFirst(wanted, {...host, availableMemoryMib: 3000}, {ours: [theirs], running: [], others: [mine], seen});
});

/** A process that looks like a guest of QEMU, of another user where that can be. */
async function guestOf(t: TestContext, words: readonly string[]): Promise<ChildProcess> {
	const child = spawn('/bin/sh', ['-c', 'echo up; read line', 'sh', ...words], {
		argv0: 'qemu-system-x86_64',
		stdio: ['pipe', 'pipe', 'inherit'],
		...(isRoot && {uid: other.uid, gid: other.uid}),
	});
	t.after(() => child.kill('SIGKILL'));
	await once(child.stdout ?? child, 'data');
	return child;
}
