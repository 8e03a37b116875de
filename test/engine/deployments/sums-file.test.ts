import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {formatSums, parseSums, readSums, writeSums} from '../../../source/engine/deployments/sums-file.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const names = ['plain', 'with space', 'back\\slash', 'new\nline', '\\n', '*star', 'käse'];

test('sha256sum accepts SHA256SUMS whatever the files are called', async t => {
	const folder = await temporaryFolder(t);
	const sums = new Map<string, string>();
	for (const name of names) {
		await writeFile(join(folder, name), name);
		sums.set(name, createHash('sha256').update(name).digest('hex'));
	}

	await writeSums(join(folder, 'SHA256SUMS'), sums);
	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});
	const read = await readSums(join(folder, 'SHA256SUMS'));
	assert.deepEqual([...read].toSorted(), [...sums].toSorted());
});

test('a file that is not there has no sums, and a torn line is none', async t => {
	assert.equal((await readSums(join(await temporaryFolder(t), 'none'))).size, 0);
	const line = formatSums(new Map([['a', 'f'.repeat(64)]]));
	const next = formatSums(new Map([['path/of/a/result', 'e'.repeat(64)]]));
	for (let length = 0; length < next.length; length++) {
		assert.deepEqual([...parseSums(line + next.slice(0, length)).keys()], ['a'], `cut after ${length} bytes`);
	}

	const unwritten = next.replace('result', '\0'.repeat(6)); // As a power failure leaves it.
	assert.deepEqual([...parseSums(unwritten + line).keys()], ['a']);
});
