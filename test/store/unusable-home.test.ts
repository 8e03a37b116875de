import assert from 'node:assert/strict';
import {chmod, chown, mkdir, readdir, stat, symlink, writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {inHome} from '../../source/store/in-home.js';
import {ForeignHomeError} from '../../source/store/open-home-error.js';
import {openStore} from '../../source/store/open-store.js';
import {resolveHome} from '../../source/store/paths.js';
import {makePrivateFolder} from '../../source/store/private-folder.js';
import {UnusableHomeError} from '../../source/store/unusable-home-error.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a data folder that cannot be made is a sentence, also where the system makes no folders at all', async t => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'file'), '');
	for (const home of [join(folder, 'file', 'home'), join(folder, 'file'), '/proc/no/such/place']) {
		await assert.rejects(openStore(home), (error: unknown) => {
			assert.ok(error instanceof UnusableHomeError, String(error));
			assert.match(error.message, /^The data folder .* cannot be used: .*\.$/);
			return true;
		});
	}
});

test('a full disk is a sentence, and a fault of ours stays one', async () => {
	const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'});
	await assert.rejects(
		inHome('/home/me/.d2c', async () => Promise.reject(full)),
		/The data folder \/home\/me\/\.d2c cannot be used: the disk is full\./,
	);
	const fault = new TypeError('x is undefined');
	await assert.rejects(
		inHome('/home/me/.d2c', async () => Promise.reject(fault)),
		error => error === fault,
	);
});

test('a private folder is made with all above it, closed to others; one that is there is taken, by another name too', async t => {
	const folder = await temporaryFolder(t);
	const deep = join(folder, 'a/b/c');
	await Promise.all([makePrivateFolder(deep), makePrivateFolder(deep), makePrivateFolder(join(folder, 'a/b/d'))]);
	assert.equal((await stat(join(folder, 'a'))).mode & 0o777, 0o700);
	assert.equal((await stat(deep)).mode & 0o777, 0o700);
	await mkdir(join(folder, 'real'));
	await symlink(join(folder, 'real'), join(folder, 'name'));
	await makePrivateFolder(join(folder, 'name'));
});

test('a data folder that another user made is refused, whoever we are, and left as it is', async t => {
	const folder = await temporaryFolder(t);
	const isRoot = process.getuid?.() === 0;
	const home = isRoot ? join(folder, 'theirs') : '/usr';
	if (isRoot) {
		await mkdir(home, {mode: 0o755});
		await writeFile(join(home, 'db.json'), '{}');
		await chown(home, 65_534, 65_534);
	}

	const names = await readdir(home);
	await assert.rejects(openStore(home), ForeignHomeError);
	assert.deepEqual(await readdir(home), names);
	assert.equal((await stat(home)).mode & 0o777, 0o755);
});

test('a file of the data folder that is a link is refused, and what it leads to keeps its permissions', async t => {
	for (const name of ['db.json', 'unrun.lock']) {
		const folder = await temporaryFolder(t);
		const home = join(folder, 'home');
		await mkdir(home, {mode: 0o700});
		const target = join(folder, 'target');
		await writeFile(target, '{}');
		await chmod(target, 0o644);
		await symlink(target, join(home, name));
		await assert.rejects(openStore(home), (error: unknown) => {
			assert.ok(error instanceof ForeignHomeError, String(error));
			assert.match(error.message, new RegExp(`${name} is a link`));
			return true;
		});
		assert.equal((await stat(target)).mode & 0o777, 0o644);
	}
});

test('a data folder may be a link of ours, and its folders may be links to a larger disk', async t => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'real'));
	await mkdir(join(folder, 'larger'));
	await symlink(join(folder, 'larger'), join(folder, 'real', 'local'));
	await symlink(join(folder, 'real'), join(folder, 'home'));
	await openStore(join(folder, 'home'));
	assert.equal((await stat(join(folder, 'real'))).mode & 0o777, 0o700);
});

test('a HOME that is empty is looked up, and one that is no whole path is a sentence: no data folder appears where one happens to be', () => {
	assert.equal(resolveHome({HOME: '/home/me'}), '/home/me/.d2c');
	assert.equal(resolveHome({HOME: ''}), join(userInfo().homedir, '.d2c'));
	assert.equal(resolveHome({HOME: 'me', D2CM_HOME: '/data'}), '/data');
	assert.throws(() => resolveHome({HOME: 'me', D2CM_HOME: ''}), {
		name: 'NoHomeError',
		message: 'There is no place for the data folder: HOME is `me`, which is no whole path.',
	});
});
