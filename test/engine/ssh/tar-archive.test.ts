import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {makeTar, parseTar, type TarEntry} from '../../../source/engine/ssh/tar-archive.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const file = (path: string, content: string, mode = 0o640): TarEntry => ({
	path,
	kind: 'file',
	mode,
	modifiedAt: 1_700_000_000,
	content: Buffer.from(content),
});
const long = `deep/${'a long name '.repeat(12)}é\n'"`;

test('tar unpacks what we pack, names of any length and kind', async t => {
	const folder = await temporaryFolder(t);
	const deep: TarEntry = {
		path: 'deep',
		kind: 'folder',
		mode: 0o750,
		modifiedAt: 1_600_000_000,
		content: Buffer.alloc(0),
	};
	const archive = makeTar([deep, file(long, 'x'.repeat(513)), file('empty', ''), file('run', '#!', 0o755)]);
	execFileSync('tar', ['-xpof', '-'], {cwd: folder, input: archive});
	assert.equal(readFileSync(join(folder, long), 'utf8'), 'x'.repeat(513));
	assert.equal(readFileSync(join(folder, 'empty'), 'utf8'), '');
	assert.equal(statSync(join(folder, 'run')).mode & 0o777, 0o755);
	assert.equal(statSync(join(folder, 'deep')).mode & 0o777, 0o750);
});

test('we take apart what tar packs; what is cut off, damaged or no file gives nothing', async t => {
	const folder = await temporaryFolder(t);
	mkdirSync(join(folder, 'deep'));
	writeFileSync(join(folder, long), 'content');
	writeFileSync(join(folder, 'b'), 'y'.repeat(1024));
	const pack = (...names: string[]) => execFileSync('tar', ['-cf', '-', '--format=gnu', '--', ...names], {cwd: folder});
	const archive = pack(long, 'b');
	assert.deepEqual(
		parseTar(archive)?.map(({path, content}) => [path, content.toString()]),
		[
			[long, 'content'],
			['b', 'y'.repeat(1024)],
		],
	);
	assert.equal(parseTar(archive.subarray(0, 2000)), undefined);
	assert.equal(parseTar(Buffer.from(archive).fill(7, 2052, 2060)), undefined);
	assert.equal(parseTar(pack('deep')), undefined);
	assert.equal(parseTar(Buffer.alloc(0)), undefined);
});
