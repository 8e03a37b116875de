import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openTerminal} from '../helpers/terminal.js';

const module = new URL('../../source/commands/read-secret.js', import.meta.url).href;
const script = `
import {createInterface} from 'node:readline/promises';
const {readSecret} = await import('${module}');
if (process.env.ASK_FIRST) {
	const asking = createInterface({input: process.stdin, output: process.stderr});
	await asking.question('Access key: ');
	asking.close();
	await readSecret('One');
}
console.log('took', JSON.stringify(await readSecret('Secret key').catch(error => error.message)));`;
const command = [process.execPath, '--input-type=module', '-e', script];

for (const [what, typed, took] of [
	['what is typed, erased and typed again', ['abc\u007Fd', 'é\u007F漢\u0015', 'wJalr/+=\u007F!'], 'wJalr/+!'],
	['what is pasted', ['\u001B[200~wJalr', 'XUtn\u001B[201~'], 'wJalrXUtn'],
	['no key that moves', ['a\u001B[Db', '\u001B[3~\u001BOHc'], 'abc'],
	[
		'no late answer, no mouse',
		['a\u001B]11;rgb:1e1e/1e', '1e\u001B\\b', '\u001B[M', ' q!', 'c\u001B[?62;4c\u001B[I'],
		'abc',
	],
	['no answer to a question that is given up', ['abc\u0003'], 'The question was cancelled.'],
] as const) {
	test(`a secret is ${what}, and none of it is shown`, async () => {
		const terminal = await openTerminal(command, {env: {LANG: 'C.UTF-8'}});
		try {
			await terminal.waitFor('Secret key (not shown):');
			for (const piece of typed) await terminal.type(piece);
			await terminal.press('Enter');
			const shown = await terminal.waitFor(/took ".*"/);
			assert.match(shown, /^Secret key \(not shown\): *\n/);
			assert.equal(/took (".*")/.exec(shown)?.[1], JSON.stringify(took));
		} finally {
			await terminal.close();
		}
	});
}

test('one secret is asked for after another question, and another one after it', async () => {
	const terminal = await openTerminal(command, {env: {LANG: 'C.UTF-8', ASK_FIRST: '1'}});
	try {
		await terminal.waitFor('Access key:');
		await terminal.type('AKIA\r');
		await terminal.waitFor('One (not shown):');
		await terminal.type('first\r');
		await terminal.waitFor('Secret key (not shown):');
		await terminal.type('second\r');
		await terminal.waitFor('took "second"');
	} finally {
		await terminal.close();
	}
});
