import assert from 'node:assert/strict';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {shellQuote} from '../../../source/engine/ssh/shell-quote.js';

test('a shell gives every text back as it was', async () => {
	const texts = [
		'',
		'plain',
		"it's",
		'$(id) `id` $HOME',
		'two\nlines\n',
		'-n',
		'*',
		'~',
		'a\\b',
		'"',
		'!',
		'ümläut 🜁',
		'a=b;c&d|e',
	];
	const {stdout} = await runProgram('sh', ['-c', `printf '%s\\0' ${texts.map(shellQuote).join(' ')}`]);
	assert.deepEqual(stdout.split('\0').slice(0, -1), texts);
});

test('a NUL is refused', () => {
	assert.throws(() => shellQuote('a\0b'), RangeError);
});
