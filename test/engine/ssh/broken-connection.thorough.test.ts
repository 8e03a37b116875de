import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import type {Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2, createConnectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {type CuttingProxy, startCuttingProxy} from '../../helpers/cutting-proxy.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

describe('a connection that breaks', () => {
	const size = 4_000_000;
	const content = randomBytes(size);
	const sha256 = createHash('sha256').update(content).digest('hex');
	let started: StartedInstances;
	let target: ShellTarget;
	let proxy: CuttingProxy;
	let shell: Shell;

	before(async () => {
		started = await startSshdInstances(1);
		const [first] = started.targets;
		assert.ok(first);
		target = first;
		await writeFile(join(started.folder, 'data'), content);
	});
	beforeEach(async () => {
		proxy = await startCuttingProxy(target);
		shell = await connectSsh2(proxy.target);
	});
	afterEach(() => {
		shell.close();
		proxy.close();
	});
	after(async () => started.end());

	/** Cuts the cable when half of a transfer is done. */
	const cutHalfWay = ({bytes}: {bytes: number}) => {
		if (bytes > size / 2) {
			proxy.cut();
		}
	};

	test('in the middle of a command says nothing about the command', async () => {
		const running = shell.run('echo begun; sleep 20');
		await sleep(100);
		proxy.cut();
		await assert.rejects(running, ConnectionLostError);
		assert.ok(shell.closed);
	});

	test('because the server process of the session dies is no exit code either', async () => {
		await assert.rejects(shell.run('kill -9 $PPID; sleep 20'), ConnectionLostError);
	});

	test('settles every call that waits', async () => {
		const waiting = [
			shell.run('sleep 20'),
			shell.stat('/'),
			shell.readFile('/etc/passwd'),
			shell.writeFile('/tmp/x', 'x'),
			shell.upload(join(started.folder, 'data'), '/tmp/up'),
			shell.download('/etc', join(started.folder, 'etc')),
		];
		proxy.cut();
		const results = await Promise.allSettled(waiting);
		for (const result of results) {
			assert.ok(result.status === 'rejected' && result.reason instanceof ConnectionLostError);
		}
	});

	test('by silence is noticed by its keepalive', async () => {
		const watchful = await createConnectSsh2({keepaliveMs: 300})(proxy.target);
		const running = watchful.run('sleep 20');
		running.catch(() => undefined); // A server that has no time for us is as silent.
		await sleep(100);
		proxy.stall();
		await assert.rejects(running, ConnectionLostError);
	});

	test('only for SFTP ends the whole shell, so that nothing waits for ever', async () => {
		await shell.run('mkfifo /tmp/fifo');
		await shell.stat('/tmp/fifo'); // From now on there is a server that can be killed.
		const reading = shell.readFile('/tmp/fifo'); // Nobody writes: the server itself waits.
		const [read] = await Promise.allSettled([reading, shell.run('sleep 0.1; pkill -9 sftp-server')]);
		assert.ok(read.status === 'rejected' && read.reason instanceof ConnectionLostError);
		await assert.rejects(shell.run('true'), ConnectionLostError);
	});

	test('in the middle of an upload leaves nothing under the name, and the next try goes on where it broke', async () => {
		const local = join(started.folder, 'data');
		await assert.rejects(shell.upload(local, '/tmp/uploaded', {onProgress: cutHalfWay}), ConnectionLostError);
		const next = await connectSsh2(proxy.target);
		assert.equal(await next.stat('/tmp/uploaded'), undefined);
		const sentBefore = proxy.sent();
		await next.upload(local, '/tmp/uploaded');
		assert.ok(proxy.sent() - sentBefore < size * 0.6, `${proxy.sent() - sentBefore} bytes went again`);
		assert.equal((await next.run('sha256sum </tmp/uploaded; ls -A /tmp | grep d2cm')).stdout, `${sha256}  -\n`);

		const sentThen = proxy.sent();
		await next.upload(local, '/tmp/uploaded');
		assert.ok(proxy.sent() - sentThen < 100_000, 'what is there already is not sent again');
		next.close();
	});

	test('leaves a part of an upload that is used only while it is what we have', async () => {
		const local = join(started.folder, 'data');
		const onlyPart = 'set -- /tmp/.d2cm-*.part; [ $# = 1 ] && ';
		for (const spoil of ['printf x | dd of="$1" bs=1 seek=1000 conv=notrunc', `head -c ${size} /dev/zero >>"$1"`]) {
			const cut = await connectSsh2(proxy.target);
			await assert.rejects(cut.upload(local, '/tmp/spoilt', {onProgress: cutHalfWay}), ConnectionLostError);
			const next = await connectSsh2(target);
			assert.equal((await next.run(onlyPart + spoil)).code, 0);
			await next.upload(local, '/tmp/spoilt');
			assert.equal(
				(await next.run('sha256sum </tmp/spoilt; rm /tmp/spoilt; ls -A /tmp | grep d2cm')).stdout,
				`${sha256}  -\n`,
			);
			next.close();
		}
	});

	test('in the middle of a download is resumed where it broke', async () => {
		const local = join(started.folder, 'resumed', 'data');
		await shell.writeFile('/tmp/results', content);
		await assert.rejects(shell.download('/tmp/results', local, {onProgress: cutHalfWay}), ConnectionLostError);
		await assert.rejects(readFile(local), {code: 'ENOENT'});

		const next = await connectSsh2(proxy.target);
		const receivedBefore = proxy.received();
		const {sums} = await next.download('/tmp/results', local);
		assert.ok(proxy.received() - receivedBefore < size * 0.6, `${proxy.received() - receivedBefore} bytes came again`);
		assert.deepEqual(sums, [{path: 'data', sha256}]);
		assert.ok((await readFile(local)).equals(content));
		assert.deepEqual(await readdir(join(started.folder, 'resumed')), ['data']);

		const receivedThen = proxy.received();
		await next.download('/tmp/results', local);
		assert.ok(proxy.received() - receivedThen < 100_000, 'what is here already does not come again');
		next.close();
	});

	test('is not needed to cancel a transfer; the connection stays good', async () => {
		await shell.writeFile('/tmp/results', content);
		const cancel = new AbortController();
		const onProgress = () => cancel.abort();
		const options = {onProgress, signal: cancel.signal};
		await assert.rejects(shell.download('/tmp/results', join(started.folder, 'cancelled'), options), CancelledError);
		assert.equal((await shell.run('echo well')).stdout, 'well\n');
	});
});
