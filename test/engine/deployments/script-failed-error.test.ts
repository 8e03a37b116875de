import assert from 'node:assert/strict';
import {test} from 'node:test';
import {howItEnded, ScriptFailedError} from '../../../source/engine/deployments/script-failed-error.js';

const failed = (stdout: string, stderr: string) =>
	new ScriptFailedError('slave-1', 'Slave', './run', 'ended with exit code 1', {stdout, stderr}).message.replace(
		/^On slave-1 \(role Slave\) the script `\.\/run` ended with exit code 1\. /,
		'',
	);

test('a script that failed is told with the last lines of both its streams, each by its name', () => {
	assert.equal(
		failed('reading\nround 1\nround 2\nround 3\n', '# 10.0.0.1:22 SSH-2.0\n\nno key!\n'),
		'Its last errors: # 10.0.0.1:22 SSH-2.0 / no key! Its last output: round 1 / round 2 / round 3.',
	);
	assert.equal(failed('only this', ''), 'Its last output: only this.');
	assert.equal(failed('', 'only that'), 'Its last errors: only that.');
	assert.equal(failed(' \n', ''), 'It wrote nothing.');
});

test('what a script wrote cannot steer a terminal, nor fill it', () => {
	assert.equal(
		failed('\u001b[2J\u001b]0;owned\u0007a\u0000b \u202egnp.exe\n', '10 %\r55 %\r99 %\r\n'),
		'Its last errors: 99 %. Its last output: ab gnp.exe.',
	);
	const long = failed('', `${'x'.repeat(5000)}😀 the end\n`);
	assert.ok(long.length < 350, String(long.length));
	assert.match(long, /^Its last errors: …x+😀 the end\.$/u);
});

for (const [code, meaning] of [
	[0, ''],
	[1, ''],
	[3, ''],
	[124, ' (`timeout` gives it when the time is over)'],
	[126, ' (a command may not be executed)'],
	[127, ' (a command was not found)'],
	[128, ''],
	[130, ' (killed by SIGINT)'],
	[134, ' (killed by SIGABRT)'],
	[137, ' (killed by SIGKILL, often because the memory was full)'],
	[139, ' (killed by SIGSEGV)'],
	[141, ' (killed by SIGPIPE)'],
	[143, ' (killed by SIGTERM)'],
	[159, ' (killed by SIGSYS)'],
	[200, ''],
	[255, ' (ssh gives it when it cannot connect or log in)'],
] as const) {
	test(`exit code ${code} is told with its meaning, where it has one`, () => {
		assert.equal(howItEnded({state: 'ended', code}), `ended with exit code ${code}${meaning}`);
	});
}

test('a script without an exit code has vanished', () => {
	assert.equal(howItEnded({state: 'vanished'}), 'vanished without leaving an exit code');
});
