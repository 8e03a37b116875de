import assert from 'node:assert/strict';
import {mkdir, open, readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import {nameOf, onDisk} from '../../../source/engine/host/byte-names.js';
import {homeNames, type TryName} from '../../../source/engine/ssh/home-names.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const latin1 = nameOf(Buffer.from('r\xe9sultat', 'latin1'));

/** A file system as those of Windows and macOS: it folds case and forms of Unicode, and refuses bytes and characters. */
function foldingFiles(): TryName {
	const seen = new Set<string>();
	return async path => {
		const name = basename(path);
		if (!name.isWellFormed() || /[:*?\n]/.test(name) || Buffer.byteLength(name) > 143) {
			throw Object.assign(new Error('refused'), {code: 'EILSEQ'});
		}

		const key = path.normalize('NFC').toLowerCase();
		if (seen.has(key)) {
			throw Object.assign(new Error('taken'), {code: 'EEXIST'});
		}

		seen.add(key);
	};
}

const namesOf = async (root: string, relatives: readonly string[], tryName?: TryName) => {
	const names = await homeNames(root, relatives, tryName);
	return relatives.map(names);
};

test('every name is kept where the file system holds it, also of bytes that are no UTF-8', async t => {
	const root = join(await temporaryFolder(t), 'results');
	await mkdir(root);
	const all = ['A', 'a', 'é', 'e\u0301', latin1, 'a:b', 'x'.repeat(255), 'a.', 'a', 'sub', 'sub/A', 'sub/a'];
	assert.deepEqual(await namesOf(root, all), all);
	for (const name of all.slice(0, 7)) {
		await (await open(onDisk(join(root, name)), 'wx')).close();
	}

	assert.deepEqual(await readdir(join(root, '..')), ['results']);
});

test('of names that a file system takes for one, none replaces the other, and the first keeps its own', async t => {
	const root = join(await temporaryFolder(t), 'results');
	const all = ['README', 'readme', 'readme~2', 'é.csv', 'e\u0301.csv', 'Sub', 'sub', 'sub/file', 'Sub/file'];
	const expected = [
		'README',
		'readme~3',
		'readme~2',
		'é~2.csv',
		'e\u0301.csv',
		'Sub',
		'sub~2',
		'sub~2/file',
		'Sub/file',
	];
	assert.deepEqual(await namesOf(root, all, foldingFiles()), expected);
	assert.deepEqual(
		await namesOf(root, all.toReversed(), foldingFiles()),
		expected.toReversed(),
		'in whatever order they come',
	);
});

test('a name that a file system cannot hold is written by its bytes, and is like no other', async t => {
	const root = join(await temporaryFolder(t), 'results');
	const long = 'y'.repeat(250);
	const all = [latin1, `${latin1}/inner`, 'a:b', 'a%3Ab', 'new\nline', long, `${long}z`];
	const names = await namesOf(root, all, foldingFiles());
	assert.deepEqual(names.slice(0, 5), ['r%E9sultat', 'r%E9sultat/inner', 'a%3Ab~2', 'a%3Ab', 'new%0Aline']);
	const [first = '', second = ''] = names.slice(5);
	assert.match(first, /^y{120}~[0-9a-f]{8}$/);
	assert.notEqual(first, second);
});
