import assert from 'node:assert/strict';
import {mkdir, stat, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {inHome} from '../../source/store/in-home.js';
import {openStore} from '../../source/store/open-store.js';
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
