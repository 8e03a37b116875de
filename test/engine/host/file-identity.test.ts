import assert from 'node:assert/strict';
import {chmod, chown, mkdir, open, readFile, symlink, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {contentSum, hasOpen, identityOf, whoMayChange} from '../../../source/engine/host/file-identity.js';
import {exposureOf} from '../../../source/engine/images/open-guest.js';
import {needsRoot} from '../../helpers/needs.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('a disk in a folder of one’s own is nobody else’s to change, though /tmp is everybody’s', async t => {
	const file = join(await temporaryFolder(t), 'disk.vdi');
	await writeFile(file, 'x', {mode: 0o600});
	assert.equal(await exposureOf(file), undefined);
});

test('a disk that others may write to, itself or by a folder above it, is said with what to do', async t => {
	const folder = await temporaryFolder(t);
	const shared = join(folder, 'shared');
	const file = join(shared, 'mine', 'disk.vdi');
	await mkdir(join(shared, 'mine'), {recursive: true});
	await writeFile(file, 'x', {mode: 0o600});
	await chmod(shared, 0o777);
	assert.match(
		(await exposureOf(file)) ?? '',
		/^The disk can be changed by others: others may write to .*\/shared \(mode 0777\)\. Keep it in a folder of your own/,
	);
	await symlink(file, join(folder, 'link.vdi'));
	assert.match((await whoMayChange(join(folder, 'link.vdi'))) ?? '', /shared/, 'by way of a link, too');

	await chmod(shared, 0o1777);
	assert.equal(await exposureOf(file), undefined, 'a folder as /tmp is');
	await chmod(file, 0o666);
	assert.match((await exposureOf(file)) ?? '', /others may write to .*disk\.vdi \(mode 0666\)/);
	assert.equal(await exposureOf(join(folder, 'none')), undefined);
});

test('a folder of another user is said', needsRoot, async t => {
	const folder = join(await temporaryFolder(t), 'theirs');
	await mkdir(folder);
	await writeFile(join(folder, 'disk.vdi'), 'x');
	await chown(folder, 12_345, 12_345);
	assert.match((await whoMayChange(join(folder, 'disk.vdi'))) ?? '', /theirs belongs to another user \(number 12345\)/);
});

test('a sum tells contents apart, also where zeros begin and end, and a process what it has open', async t => {
	const file = join(await temporaryFolder(t), 'disk.vdi');
	await writeFile(file, 'x');
	await truncate(file, 3 * 2 ** 20);
	const one = await contentSum(file);
	const content = await readFile(file);
	content[2 ** 20] = 1;
	await writeFile(file, content);
	assert.notEqual(await contentSum(file), one);
	await truncate(file, 2 * 2 ** 20);
	assert.notEqual(await contentSum(file), one);

	await using handle = await open(file, 'r');
	assert.equal(await hasOpen(process.pid, await identityOf(handle)), true);
	assert.equal(await hasOpen(process.pid, {...(await identityOf(file)), inode: '1'}), false);
});
