import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import promises, {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {join} from 'node:path';
import test from 'node:test';
import {LockBusyError} from '../../source/store/lock-errors.js';
import {isAlive, processIdentity} from '../../source/store/process-identity.js';
import {lockHolder, tryLock, waitForLock} from '../../source/store/process-lock.js';
import {ended, startChild} from '../helpers/child.js';
import {tryLock as tryReleasedLock} from '../helpers/released-lock.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a lock is held once, and again after its release', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const lock = await tryLock(path);
	assert.ok(lock);
	assert.equal(await tryLock(path), undefined);
	assert.equal((await lockHolder(path))?.pid, process.pid);
	await assert.rejects(waitForLock(path, {timeoutMs: 30}), LockBusyError);

	await lock.release();
	assert.equal(await lockHolder(path), undefined);
	assert.ok(await tryLock(path));
});

for (const [what, content] of [
	['a number that never was a process', {pid: 4_194_400, started: 'x', token: 'a'}],
	['this number in another life', {pid: process.pid, started: 'other boot/1', token: 'b'}],
	['no words, after a power failure', ''],
] as const) {
	test(`a lock of ${what} is taken over`, async t => {
		const path = join(await temporaryFolder(t), 'lock');
		await writeFile(path, content === '' ? '' : JSON.stringify(content));
		assert.equal(await lockHolder(path), undefined);
		const lock = await tryLock(path);
		assert.ok(lock);
		assert.equal((await lockHolder(path))?.pid, process.pid);
		await lock.release();
		assert.deepEqual(await readdir(join(path, '..')), []);
	});
}

test('a zombie holds nothing', async () => {
	const child = spawn('sleep', ['600']);
	assert.ok(child.pid);
	const identity = await processIdentity(child.pid);
	assert.ok(identity);
	assert.equal(await isAlive(identity), true);
	child.kill('SIGKILL');
	await ended(child);
	assert.equal(await isAlive(identity), false);
});

test('version 0.1.0 keeps away from what we hold, we from what it holds, and each takes what the other released', async t => {
	const path = join(await temporaryFolder(t), 'lock');
	const ours = await tryLock(path);
	assert.ok(ours);
	assert.equal(await tryReleasedLock(path), undefined);
	await ours.release();

	const theirs = await tryReleasedLock(path);
	assert.ok(theirs);
	assert.equal((await lockHolder(path))?.pid, process.pid);
	assert.equal(await tryLock(path), undefined);
	await theirs.release();
	assert.ok(await tryLock(path));
});

for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS']) {
	test(`a file system without hard links, which answers ${code}, has locks that are held once`, async t => {
		const folder = await temporaryFolder(t);
		const {link} = promises;
		t.after(() => {
			promises.link = link;
			syncBuiltinESMExports();
		});
		promises.link = async () => {
			throw Object.assign(new Error(`${code}: link`), {code});
		};
		syncBuiltinESMExports();
		const path = join(folder, 'lock');
		const locks = await Promise.all(Array.from({length: 20}, async () => tryLock(path)));
		const [lock, ...others] = locks.filter(lock => lock !== undefined);
		assert.ok(lock);
		assert.deepEqual(others, []);
		await lock.confirm();
		await lock.release();
		assert.deepEqual(await readdir(folder), []);
		assert.ok(await tryLock(path));
	});
}

for (const released of [0, 5]) {
	const whose = released === 0 ? '' : ', some of them of version 0.1.0';
	test(`many processes${whose} that die holding it, taken over by many at once, never hold it together`, async t => {
		const folder = await temporaryFolder(t);
		const [path, counter] = [join(folder, 'lock'), join(folder, 'counter')];
		await writeFile(counter, '0');
		const children = Array.from({length: 12}, (_, index) =>
			startChild('contend-for-lock.js', path, counter, '15', index < released ? 'released' : 'ours'),
		);
		assert.deepEqual(new Set(await Promise.all(children.map(ended))), new Set(['SIGKILL']));
		assert.equal(await readFile(counter, 'utf8'), String(12 * 15));

		const lock = await tryLock(path);
		assert.ok(lock);
		await lock.release();
		assert.deepEqual(await readdir(folder), ['counter']);
	});
}

test('a lock that is taken removes what dead processes left of theirs, whole or not yet written, and nothing of the living', async t => {
	const folder = await temporaryFolder(t);
	const path = join(folder, 'lock');
	const dead = {pid: 4_194_400, started: 'x', token: 'a'};
	const living = {...(await processIdentity(process.pid)), token: 'b'};
	await writeFile(`${path}.${dead.pid}.a.claim`, JSON.stringify(dead));
	await writeFile(`${path}.${dead.pid}.c.claim`, '');
	await writeFile(`${path}.${process.pid}.b.claim`, JSON.stringify(living));
	await writeFile(`${path}.${process.pid}.d.claim`, '');

	await mkdir(`${path}.${dead.pid}.e.draft`);

	const lock = await tryLock(path);
	assert.ok(lock);
	await lock.release();

	const left = await readdir(folder);
	assert.deepEqual(left.toSorted(), [`lock.${process.pid}.b.claim`, `lock.${process.pid}.d.claim`]);
});
