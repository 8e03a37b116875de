import assert from 'node:assert/strict';
import {createServer, type Server} from 'node:net';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import {HostKeyError} from '../../../source/engine/ssh/host-key-error.js';
import {keepCipherKeys} from '../../../source/engine/ssh/keep-cipher-keys.js';
import {LoginRefusedError} from '../../../source/engine/ssh/login-refused-error.js';
import {makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {narrowWindow} from '../../../source/engine/ssh/narrow-window.js';
import {openConnection} from '../../../source/engine/ssh/open-connection.js';
import type {ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2, createConnectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {type StartedInstances, startSshdInstances, whenAnswering} from '../../helpers/start-sshd-instances.js';

describe('connecting to an instance', () => {
	let started: StartedInstances;
	let target: ShellTarget;
	let silent: Server;
	let silentTarget: ShellTarget;
	const impatient = createConnectSsh2({readyTimeoutMs: 300});

	before(async () => {
		started = await startSshdInstances(1);
		const [first] = started.targets;
		assert.ok(first);
		target = first;
		// As QEMU's port forwarding: it accepts, and nobody is there.
		silent = createServer(socket => socket.on('error', () => undefined));
		await new Promise<void>(resolve => {
			silent.listen(0, '127.0.0.1', resolve);
		});
		const address = silent.address();
		assert.ok(address && typeof address === 'object');
		silentTarget = {...target, host: '127.0.0.1', port: address.port};
	});
	after(async () => {
		silent.close();
		await started.end();
	});

	test('makes the key objects of its ciphers once, where this ssh2 keeps their keys', async () => {
		const connection = await openConnection(target, {readyTimeoutMs: 20_000, keepaliveMs: 10_000});
		assert.equal(keepCipherKeys(connection.client), true);
		connection.end('it was closed here');
	});

	test('another host key than the pinned one is refused before any login', async () => {
		const [id = ''] = started.cloud.liveInstances();
		// Its sshd names every user that it does not know; what it says of other logins may still be on its way.
		const stranger = {...target, user: 'stranger'};
		await assert.rejects(connectSsh2({...stranger, hostKeys: [makeKeyPair('other').publicKey]}), HostKeyError);
		await assert.rejects(connectSsh2({...stranger, hostKeys: []}), HostKeyError);
		const ofAnotherType = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7';
		await assert.rejects(connectSsh2({...stranger, hostKeys: [ofAnotherType]}), HostKeyError);
		assert.doesNotMatch(await started.cloud.consoleOutput(id), /stranger/);
		await assert.rejects(connectSsh2(stranger), LoginRefusedError);
		assert.match(await started.cloud.consoleOutput(id), /stranger/);
	});

	test('a wrong key of any type is refused, also where it is the only one, and keys of other types are pinned', async () => {
		const [ed25519, ecdsa, rsa] = [makeKeyPair('h'), makeEcdsaKeyPair('h'), await makeRsaKeyPair('h')];
		const pairs = {ed25519, ecdsa, rsa};
		const wrong = [makeKeyPair('w'), makeEcdsaKeyPair('w'), await makeRsaKeyPair('w')];
		const shell = await connectSsh2(target);
		for (const [index, [type, {privateKey, publicKey}]] of Object.entries(pairs).entries()) {
			const only = {...target, port: 2301 + index};
			const key = `/etc/ssh/only_${type}`;
			await shell.writeFile(key, privateKey, {mode: 0o600});
			await shell.run(
				`/usr/sbin/sshd -f /etc/ssh/sshd_config -h ${key} -o ListenAddress=${only.host}:${only.port} -o PidFile=none`,
			);
			await whenAnswering(only);
			const others = Object.values(pairs).filter(pair => pair.publicKey !== publicKey);
			for (const pinned of [others, wrong]) {
				await assert.rejects(connectSsh2({...only, hostKeys: pinned.map(pair => pair.publicKey)}), (error: unknown) => {
					assert.ok(error instanceof HostKeyError, String(error));
					assert.equal(error.offered, publicKey.replace(/ h$/, ''));
					return true;
				});
			}

			const all = Object.values(pairs).map(pair => pair.publicKey);
			(await connectSsh2({...only, hostKeys: all})).close();
		}

		shell.close();
	});

	test('one of several pinned keys is enough', async () => {
		const shell = await connectSsh2({...target, hostKeys: [makeKeyPair('other').publicKey, ...target.hostKeys]});
		shell.close();
		assert.ok(shell.closed);
	});

	test('an instance whose sshd agrees to curve25519 alone is reached too', async () => {
		const strict = {...target, port: 2222};
		const shell = await connectSsh2(target);
		const listen = `-o ListenAddress=${strict.host}:${strict.port} -o PidFile=none`;
		await shell.run(`/usr/sbin/sshd -f /etc/ssh/sshd_config -o KexAlgorithms=curve25519-sha256 ${listen}`);
		shell.close();
		await whenAnswering(strict);
		const reached = await connectSsh2(strict);
		assert.equal((await reached.run('echo reached')).stdout, 'reached\n');
		reached.close();
	});

	test('of the window that OpenSSH gives a part is used', async () => {
		const connection = await openConnection(target, {readyTimeoutMs: 20_000, keepaliveMs: 10_000});
		const channel = await new Promise<ClientChannel>((resolve, reject) => {
			connection.client.exec('cat', (error, opened) => (error ? reject(error) : resolve(opened)));
		});
		const {outgoing} = channel as unknown as {readonly outgoing: {readonly window: number}};
		const given = outgoing.window;
		narrowWindow(connection.client, channel);
		assert.ok(outgoing.window < given);
		connection.end('it was closed here');
	});

	test('a key or a user the instance does not accept is a refused login', async () => {
		await assert.rejects(connectSsh2({...target, privateKey: makeKeyPair('x').privateKey}), LoginRefusedError);
		await assert.rejects(connectSsh2({...target, user: 'nobody-here'}), LoginRefusedError);
		await assert.rejects(connectSsh2({...target, privateKey: 'no key'}), LoginRefusedError);
	});

	test('nobody listening is a lost connection', async () => {
		await assert.rejects(connectSsh2({...target, port: 1}), ConnectionLostError);
	});

	test('a port that accepts and never says SSH- is given up after the time allowed', async () => {
		const beginning = Date.now();
		await assert.rejects(impatient(silentTarget), (error: unknown) => {
			assert.ok(error instanceof ConnectionLostError);
			assert.match(error.message, /says nothing within 0\.3 s/);
			return true;
		});
		assert.ok(Date.now() - beginning < 20_000);
	});

	test('a frozen instance is given up too, and reached again when it goes on', async () => {
		const [id = ''] = started.cloud.liveInstances();
		started.cloud.freeze(id);
		await assert.rejects(impatient(target), ConnectionLostError);
		started.cloud.thaw(id);
		const shell = await connectSsh2(target);
		assert.equal((await shell.run('echo back')).stdout, 'back\n');
		shell.close();
	});

	test('connecting can be cancelled at any moment', async () => {
		await assert.rejects(connectSsh2(target, AbortSignal.abort()), CancelledError);
		await assert.rejects(connectSsh2(silentTarget, AbortSignal.timeout(50)), CancelledError);
		for (const ms of [1, 5, 10, 20, 40]) {
			const cancel = new AbortController();
			const connecting = connectSsh2(target, cancel.signal);
			connecting.then(shell => shell.close()).catch(() => undefined);
			await sleep(ms);
			cancel.abort();
			await connecting.catch(error => assert.ok(error instanceof CancelledError));
		}
	});

	test('what is asked of a closed connection fails at once', async () => {
		const shell = await connectSsh2(target);
		const underWay = shell.run('sleep 20');
		shell.close();
		await assert.rejects(underWay, ConnectionLostError);
		await assert.rejects(shell.run('true'), ConnectionLostError);
		await assert.rejects(shell.stat('/'), ConnectionLostError);
		shell.close();
	});
});
