import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {parseSums} from '../../../source/engine/ssh/remote-sums.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('what sha256sum prints is read, also of names that it escapes', async t => {
	const folder = await temporaryFolder(t);
	const names = ['plain', 'two  spaces', 'new\nline', 'back\\slash', 'both\\\n\\n', ' *led', 'cr\rlf', 'ümläut'];
	const paths = names.map(name => join(folder, name));
	for (const path of paths) {
		await writeFile(path, path);
	}

	const {stdout} = await runProgram('sha256sum', ['--', ...paths]);
	const expected = paths.map(path => [path, createHash('sha256').update(path).digest('hex')] as const);
	assert.deepEqual([...parseSums(stdout)], expected);
});

test('anything else it says is no sum', () => {
	assert.equal(parseSums('Welcome to this machine\n0123  short\n').size, 0);
});
