import assert from 'node:assert/strict';
import {stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {readConsole, trimConsole} from '../../../../source/engine/cloud/local/console-log.js';
import {safeText} from '../../../../source/engine/cloud/local/safe-text.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

test('console text loses what could do something to a terminal, and nothing else', () => {
	const wild =
		'\u001B[2J\u001B[1;31mred\u001B[0m\r\nü\ttab\u0007\u001B]0;title\u0007end\u001B(B\u009B31m\rnext\u0000\n';
	assert.equal(safeText(wild), 'red\nü\ttabend31m\nnext\n');
	assert.equal(safeText('\u001B'), '');
});

test('the last 64 KiB of the console are read, wherever a character is cut', async t => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'console.log'), `${'ü'.repeat(50_000)}\nlogin: `);
	const text = await readConsole(folder);
	assert.ok(text.endsWith('ü\nlogin: '));
	assert.match(text, /^ü{32763,32765}\nlogin: $/);
});

test('a console that was never written is empty, and need not be trimmed', async t => {
	const folder = await temporaryFolder(t);
	await trimConsole(folder);
	assert.equal(await readConsole(folder), '');
});

test('the log of a guest that never stops talking is cut to its end', async t => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'console.log');
	await writeFile(file, 'a'.repeat(8 * 1024 * 1024));
	await trimConsole(folder);
	assert.equal((await stat(file)).size, 8 * 1024 * 1024);
	await writeFile(file, `${'a'.repeat(8 * 1024 * 1024)}the end`);
	await trimConsole(folder);
	assert.equal((await stat(file)).size, 64 * 1024);
	assert.match(await readConsole(folder), /^a+the end$/);
});
