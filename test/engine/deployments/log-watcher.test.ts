import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LogWatcher} from '../../../source/engine/deployments/log-watcher.js';
import {fakeShell} from '../../helpers/fake-shell.js';
import {FakeWorld} from '../../helpers/fake-world.js';

test('a pattern is found in the line that has it, once the line is whole', async () => {
	const {shell, write} = await fakeShell(new FakeWorld());
	const watcher = new LogWatcher('/root/log', '^done$');
	assert.equal(await watcher.look(shell), false);
	write('/root/log', 'begun\ndo');
	assert.equal(await watcher.look(shell), false);
	write('/root/log', 'begun\ndone soon\ndon');
	assert.equal(await watcher.look(shell), false);
	write('/root/log', 'begun\ndone soon\ndone\n');
	assert.equal(await watcher.look(shell), true);
});

test('a last line without its end counts once it grows no more', async () => {
	const {shell, write} = await fakeShell(new FakeWorld());
	const watcher = new LogWatcher('/root/log', '^käse$');
	write('/root/log', 'käse');
	assert.equal(await watcher.look(shell), false);
	assert.equal(await watcher.look(shell), true);
});

test('a log that is begun anew is read anew, and each byte is read once otherwise', async () => {
	const {shell, write, bytesRead} = await fakeShell(new FakeWorld());
	const watcher = new LogWatcher('/root/log', 'second');
	write('/root/log', `${'x'.repeat(5000)}\n`);
	await watcher.look(shell);
	await watcher.look(shell);
	assert.equal(bytesRead(), 5001);
	write('/root/log', 'the second run\n');
	assert.equal(await watcher.look(shell), true);
});
