import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {AnswerTooLongError} from '../../../source/engine/ssh/answer-too-long-error.js';
import {CommandTimedOutError} from '../../../source/engine/ssh/command-timed-out-error.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import type {ScriptOptions, Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {startCuttingProxy} from '../../helpers/cutting-proxy.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

describe('the sh that is kept', () => {
	let started: StartedInstances;
	let target: ShellTarget;
	let shell: Shell;
	const run = async (script: string, options?: ScriptOptions, on = shell) => {
		const result = await on.script?.(script, options);
		assert.ok(result);
		return {...result, stdout: result.stdout.toString('latin1')};
	};

	before(async () => {
		started = await startSshdInstances(1, {diskSize: '32m'});
		const [first] = started.targets;
		assert.ok(first);
		target = first;
		shell = await connectSsh2(target);
	});
	after(async () => {
		shell.close();
		await started.end();
	});

	test('gives output, errors and exit code of each script, and nothing of one to the next', async () => {
		const first = await run('cd /tmp; x=1; set -e; echo "a  b"; printf "no newline"; echo "oh; no" >&2; exit 7');
		assert.deepEqual(first, {code: 7, stdout: 'a  b\nno newline', stderr: 'oh; no'});
		assert.deepEqual(await run('echo "$PWD $x"'), {code: 0, stdout: '/root \n', stderr: ''});
		assert.equal((await run('if')).code, 2);
	});

	test('takes scripts of any content and length as they are', async () => {
		for (const text of [`it's "$HOME" \\n \`id\` * $(id)\n\n\ttab  two`, 'long '.repeat(20_000), 'é\u0001%s']) {
			const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
			const {stdout} = await run(`printf %s ${quoted}`);
			assert.equal(Buffer.from(stdout, 'latin1').toString('utf8'), text);
		}
	});

	test('gives input of any bytes to a script, whether it reads it or not', async () => {
		const input = Buffer.from(Array.from({length: 300_000}, (_, index) => index % 256));
		for (const script of ['exit 3', 'head -c 10 >/dev/null; exit 3', 'cat; exit 3']) {
			const {code, stdout} = await run(script, {input});
			assert.equal(code, 3);
			assert.ok(script.startsWith('cat') ? Buffer.from(stdout, 'latin1').equals(input) : stdout === '');
			assert.equal((await run('cat; echo next')).stdout, 'next\n');
		}
	});

	test('an answer without end is refused, and the next script is answered', async () => {
		const before = process.memoryUsage.rss();
		await assert.rejects(run('head -c 500000000 /dev/zero'), AnswerTooLongError);
		assert.ok(process.memoryUsage.rss() - before < 200e6, 'it is not kept');
		assert.equal((await run('echo next')).stdout, 'next\n');
	});

	test('runs a short script without a process of its own when that is asked for', async () => {
		const {stdout} = await run('read -r pid rest </proc/self/stat; echo $$ $pid; echo lost >&2', {inPlace: true});
		const [shell, self] = stdout.trim().split(' ');
		assert.equal(self, shell);
		assert.deepEqual(await run('( exit 3 )', {inPlace: true}), {code: 3, stdout: '', stderr: ''});
	});

	test('works through what is asked at once, in order', async () => {
		const answers = await Promise.all(Array.from({length: 20}, async (_, index) => run(`echo ${index}`)));
		assert.deepEqual(
			answers.map(({stdout}) => Number(stdout)),
			Array.from({length: 20}, (_, index) => index),
		);
	});

	test('is another one after a script that took too long, was given up or ended it', async () => {
		await assert.rejects(run('sleep 30', {timeoutMs: 50}), CommandTimedOutError);
		assert.equal((await run('echo still')).stdout, 'still\n');
		const giveUp = new AbortController();
		const running = run('sleep 30', {signal: giveUp.signal});
		setTimeout(() => giveUp.abort(), 50);
		await assert.rejects(running, CancelledError);
		assert.equal((await run('echo here')).stdout, 'here\n');
		await assert.rejects(run('kill -9 $$'), ConnectionLostError);
		assert.equal((await run('echo again')).stdout, 'again\n');
	});

	test('says that the connection is lost when it breaks', async () => {
		const proxy = await startCuttingProxy(target);
		const cut = await connectSsh2(proxy.target);
		const running = run('sleep 30', {}, cut);
		running.catch(() => undefined);
		await sleep(100);
		proxy.cut();
		await assert.rejects(running, ConnectionLostError);
		await assert.rejects(run('true', {}, cut), ConnectionLostError);
		proxy.close();
	});
});
