import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readdir, readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {LockLostError} from '../../source/store/lock-errors.js';
import {thisHost} from '../../source/store/lock-host.js';
import {lockFolder, lockHolder, tryLock, untilKnown, waitForLock} from '../../source/store/process-lock.js';
import {ended, spoke, startChild} from '../helpers/child.js';
import {silentHost, simulatedHost} from '../helpers/lock-hosts.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const sleep = async (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('a lock held on another host is not taken while its holder shows that it lives, and says where that is', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const [a, b] = [await simulatedHost('a'), await simulatedHost('b')];
	const lock = await tryLock(path, {host: a});
	assert.ok(lock);
	t.after(async () => lock.release());

	const begun = performance.now();
	assert.equal(await tryLock(path, {host: b}), undefined);
	assert.ok(performance.now() - begun < a.leaseMs, 'the next beat says it, not the end of a lease');
	await sleep(b.leaseMs * 2);
	const holder = await lockHolder(path, b);
	assert.equal(holder?.elsewhere?.host, 'a');
	assert.equal(holder.pid, process.pid);
	assert.equal(await tryLock(path, {host: b}), undefined);
	await lock.confirm();
});

test('it is free for the other host as soon as it is released', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const first = await tryLock(path, {host: await simulatedHost('a')});
	assert.ok(first);
	const waiting = waitForLock(path, {host: await simulatedHost('b')});
	await sleep(100);
	await first.release();
	const second = await waiting;
	await assert.rejects(first.confirm(), LockLostError);
	await second.release();
	assert.deepEqual(await readdir(join(path, '..')), []);
});

test('a holder that was silent for a lease is replaced; it does nothing more, and its late release takes nothing away', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const [a, b] = [await silentHost('a'), await simulatedHost('b')];
	const lost: Error[] = [];
	const first = await tryLock(path, {host: a, onLost: error => lost.push(error)});
	assert.ok(first);

	const begun = performance.now();
	const second = await tryLock(path, {host: b});
	const waitedMs = performance.now() - begun;
	assert.ok(second);
	assert.ok(waitedMs >= b.leaseMs, `only ${waitedMs} ms`);
	assert.equal(second.takenFrom?.host, 'a');

	await assert.rejects(first.confirm(), LockLostError);
	await first.release();
	await second.confirm();
	assert.equal(await tryLock(path, {host: await simulatedHost('c')}), undefined);
	await second.release();
	assert.deepEqual(await readdir(join(path, '..')), []);
});

test('a holder that has shown a sign of life in the last moment is not replaced', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const first = await tryLock(path, {host: await silentHost('a')});
	assert.ok(first);
	const silent = (await lockHolder(path, await simulatedHost('b')))?.elsewhere?.beat;
	await sleep(100);
	await first.confirm();

	// What a process of this host has seen for a lease is not so any more.
	const begun = performance.now();
	const b = await simulatedHost('b');
	const second = await tryLock(path, {host: b, silent});
	assert.ok(second, 'silent for a lease from then on');
	assert.ok(performance.now() - begun >= b.leaseMs);
	await second.release();
});

test('a holder that shows that it lives between the last look of one who waits and its taking over keeps the lock', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const a = await silentHost('a');
	const first = await tryLock(path, {host: a});
	assert.ok(first);
	const begun = performance.now();
	let isShown = false;
	const b = await simulatedHost('b', {
		async list(folder) {
			const names = await a.list(folder);
			if (!isShown && performance.now() - begun > a.leaseMs * 1.5) {
				isShown = true;
				await first.confirm();
			}

			return names;
		},
	});
	await lockHolder(path, b);
	await sleep(a.leaseMs * 2);
	assert.equal(await tryLock(path, {host: b}), undefined);
	assert.ok(isShown);
	await first.confirm();
});

test('a holder whom another process of this host has watched for a lease is replaced at once', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const first = await tryLock(path, {host: await silentHost('a')});
	assert.ok(first);
	const silent = (await lockHolder(path, await simulatedHost('b')))?.elsewhere?.beat;
	const second = await tryLock(path, {host: await simulatedHost('b', {leaseMs: 1_000_000}), silent});
	assert.equal(second?.takenFrom?.silentMs, 1_000_000);
});

test('old looks at the folder, as NFS may give them, make one wait, and never replace who lives', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const a = await simulatedHost('a');
	const {list} = a;
	const looks: Array<{at: number; names: string[]}> = [];
	const begun = performance.now();
	/** Sees the folder as it stood 2.5 s ago: twice the lease of these hosts, so a client that keeps old answers longer than that. */
	const stale = await simulatedHost('b', {
		async list(folder) {
			const names = await list(folder).catch(() => []);
			looks.push({at: performance.now(), names});
			const seen = looks.findLast(({at}) => performance.now() - at > 2500) ?? looks[0];
			return seen?.names ?? [];
		},
	});
	const lock = await tryLock(path, {host: a});
	assert.ok(lock);
	while (performance.now() - begun < 6000) {
		assert.equal(await tryLock(path, {host: stale}), undefined);
		await lock.confirm();
	}

	await lock.release();
});

test('who sees nothing there yet, as an NFS client that has looked before may, does not have the lock either', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const lock = await tryLock(path, {host: await simulatedHost('a')});
	assert.ok(lock);
	assert.equal(await tryLock(path, {host: await simulatedHost('b', {list: async () => []})}), undefined);
	await lock.confirm();
	await lock.release();
	assert.deepEqual(await readdir(join(path, '..')), []);
});

test('what the clock on the wall says replaces nobody, an hour off, set forward or back', async t => {
	for (const wall of [() => Date.now() + 3_600_000, () => Date.now() - 3_600_000, () => Math.random() * 1e12]) {
		const path = join(await temporaryFolder(t), 'lock');
		const a = await simulatedHost('a');
		const b = await simulatedHost('b', {clocks: () => [performance.now(), performance.now(), wall()]});
		for (const [one, other] of [
			[a, b],
			[b, a],
		] as const) {
			const lock = await tryLock(path, {host: one});
			assert.ok(lock);
			for (const until = performance.now() + 2000; performance.now() < until; ) {
				assert.equal(await tryLock(path, {host: other}), undefined);
				await lock.confirm();
			}

			await lock.release();
		}
	}
});

test('a machine that slept makes sure of its lock before the next effect, though its monotonic clock stood still', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	let sleptMs = 0;
	const clocks = () => [1000, 1000 + sleptMs, 1000] as const;
	const lock = await tryLock(path, {host: await silentHost('a', {clocks})});
	assert.ok(lock);
	await lock.confirm();
	const other = await tryLock(path, {host: await simulatedHost('b')});
	assert.ok(other);
	sleptMs = 3_600_000;
	await assert.rejects(lock.confirm(), LockLostError);
	await other.release();
});

test('who cannot show for a lease that it lives stops, whatever the reason', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	let passedMs = 0;
	const lock = await tryLock(path, {host: await silentHost('a', {clocks: () => [passedMs], leaseMs: 10_000})});
	assert.ok(lock);
	// The folder is there and cannot be used: a file system that is away answers neither so nor so.
	await rename(lockFolder(path), `${path}.away`);
	await writeFile(lockFolder(path), '');
	passedMs = 5000;
	await lock.confirm();
	passedMs = 7000;
	await assert.rejects(lock.confirm(), LockLostError);
});

test('a container on the same machine is another place: its processes are not judged by their numbers', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const here = await thisHost();
	const boot = here.place.split('/', 1)[0];
	const lock = await tryLock(path, {host: await silentHost('c1', {place: `${boot}/pid:[1]`, machine: here.machine})});
	assert.ok(lock);
	const holder = await lockHolder(path);
	assert.equal(holder?.elsewhere?.host, 'c1');
	const beside = await simulatedHost('c2', {place: `${boot}/pid:[2]`, machine: here.machine});
	assert.ok(await tryLock(path, {host: beside}), 'after a lease');
});

test('a lock from before this machine was restarted is taken at once', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const before = await silentHost('a', {place: 'boot before/pid:[1]', leaseMs: 1_000_000});
	assert.ok(await tryLock(path, {host: before}));
	assert.ok(await tryLock(path, {host: {...before, place: 'boot after/pid:[1]', seen: new Map()}}));
});

test('a holder without words, after a power failure, is replaced after a lease', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	assert.ok(await tryLock(path, {host: await silentHost('a')}));
	for (const name of (await readdir(join(path, '..'))).filter(name => name.endsWith('.claim'))) {
		await writeFile(join(path, '..', name), '');
	}

	const b = await simulatedHost('b');
	const look = await untilKnown(path, b);
	assert.deepEqual([look.holder, look.from?.host], [undefined, '']);
	assert.ok(await tryLock(path, {host: b}));
});

test('of two hosts that work on one thing, stopped and continued at any moment, each ends once it was replaced, and never writes beside the other', async t => {
	const folder = await temporaryFolder(t);
	const [path, file] = [join(folder, 'lock'), join(folder, 'file')];
	const runs: string[] = [];
	for (let round = 0; round < 4; round++) {
		await writeFile(file, '');
		const first = startChild('work-under-lock.js', path, 'a', file, '100000');
		t.after(() => first.kill('SIGKILL'));
		await spoke(first);
		await sleep(30 + Math.random() * 100);
		first.kill('SIGSTOP');
		const second = startChild('work-under-lock.js', path, 'b', file, '100000');
		t.after(() => second.kill('SIGKILL'));
		await spoke(second);
		await sleep(50);
		first.kill('SIGCONT');
		assert.equal(await ended(first), 75);
		await sleep(50);
		second.kill('SIGKILL');
		await ended(second);
		const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
		const late = lines.slice(lines.indexOf('b')).filter(name => name === 'a');
		runs.push(`${lines.length - late.length}+${late.length}`);
		assert.ok(late.length <= 1, `${late.length} lines of a after the first of b`);
		assert.ok(lines.includes('a'));
	}

	t.diagnostic(runs.join(' '));
});

test('two real containers on one folder: the second waits for the first to end, and takes over when that is stopped for a lease', async t => {
	const folder = await temporaryFolder(t);
	const [path, file] = [join(folder, 'lock'), join(folder, 'file')];
	await writeFile(file, '');
	const program = fileURLToPath(new URL('../helpers/work-in-container.js', import.meta.url));
	const start = (name: string) => {
		const isRoot = process.getuid?.() === 0;
		const child = spawn(
			'unshare',
			[...(isRoot ? [] : ['-r']), '-pf', '--mount-proc', '--kill-child', process.execPath, program, path, name, file],
			{stdio: ['ignore', 'pipe', 'inherit']},
		);
		t.after(() => child.kill('SIGKILL'));
		return child;
	};
	const first = start('a');
	await spoke(first);
	const second = start('b');
	const heard = spoke(second);
	await sleep(2500);
	assert.equal((await readFile(file, 'utf8')).includes('b'), false);
	first.kill('SIGKILL');
	const begun = performance.now();
	await heard;
	assert.ok(performance.now() - begun >= 1000, 'both are number 1 of their container, which tells nothing');
	second.kill('SIGKILL');
});
