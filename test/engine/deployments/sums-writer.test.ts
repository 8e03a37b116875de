import assert from 'node:assert/strict';
import promises, {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {join} from 'node:path';
import {test} from 'node:test';
import {formatSums, parseSums} from '../../../source/engine/deployments/sums-file.js';
import {SumsWriter} from '../../../source/engine/deployments/sums-writer.js';
import {LocalFileError} from '../../../source/engine/ssh/local-file-error.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const sumOf = (name: string) => [name, name.repeat(64).slice(0, 64)] as const;

test('sums are there as soon as they are confirmed, each once and in order in the end, also after a torn line', async t => {
	const file = join(await temporaryFolder(t), 'SHA256SUMS');
	await writeFile(file, formatSums(new Map([sumOf('f')])) + 'e'.repeat(30));
	const writer = new SumsWriter(file);
	for (const names of [['d'], ['b', 'c'], ['a']]) {
		await writer.add(names.map(name => sumOf(name)));
		const there = parseSums(await readFile(file, 'utf8'));
		assert.ok(names.every(name => there.get(name) === sumOf(name)[1]));
	}

	await Promise.all(['1', '2', '3'].map(async name => writer.add([sumOf(name)])));
	await writer.add([['a', sumOf('b')[1]]]);
	assert.match(await readFile(file, 'utf8'), /^([0-9a-f]{64} {2}\w\n)+$/);
	await writer.end();
	const all = new Map([...['1', '2', '3', 'b', 'c', 'd', 'f'].map(name => sumOf(name)), ['a', sumOf('b')[1]] as const]);
	assert.equal(await readFile(file, 'utf8'), formatSums(all));
});

test('sums that could not be written are said, and are written with the next', async t => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'later', 'SHA256SUMS');
	const writer = new SumsWriter(file);
	await assert.rejects(writer.add([sumOf('a')]), LocalFileError);
	await mkdir(join(folder, 'later'));
	await writer.add([sumOf('b')]);
	assert.equal(await readFile(file, 'utf8'), formatSums(new Map([sumOf('a'), sumOf('b')])));

	await rm(file);
	await mkdir(file);
	await assert.rejects(writer.add([sumOf('c')]), LocalFileError);
	await rm(file, {recursive: true});
	await writer.add([sumOf('d')]);
	assert.equal(await readFile(file, 'utf8'), formatSums(new Map(['a', 'b', 'c', 'd'].map(name => sumOf(name)))));
});

test('sums that are all there are good, whether or not there is room to put them in order', async t => {
	const file = join(await temporaryFolder(t), 'SHA256SUMS');
	const writer = new SumsWriter(file);
	await writer.add([sumOf('b')]);
	await writer.add([sumOf('a')]);
	const {rename} = promises;
	promises.rename = async () => {
		throw Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'rename'});
	};
	syncBuiltinESMExports();
	await writer.end();
	const unsorted = formatSums(new Map([sumOf('b')])) + formatSums(new Map([sumOf('a')]));
	assert.equal(await readFile(file, 'utf8'), unsorted);
	promises.rename = rename;
	syncBuiltinESMExports();
	await writer.end();
	assert.equal(await readFile(file, 'utf8'), formatSums(new Map([sumOf('a'), sumOf('b')])));
});
