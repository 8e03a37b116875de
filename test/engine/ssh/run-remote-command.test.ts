import assert from 'node:assert/strict';
import {test} from 'node:test';
import ssh2, {type ServerChannel} from 'ssh2';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {openConnection} from '../../../source/engine/ssh/open-connection.js';
import {runRemoteCommand} from '../../../source/engine/ssh/run-remote-command.js';

/** OpenSSH does these only when it breaks, so a small server of our own does them. */
const behaviours: Readonly<Record<string, (channel: ServerChannel) => void>> = {
	'no exit status': channel => {
		channel.write('some output\n');
		channel.close();
	},
	'exit 0': channel => {
		channel.exit(0);
		channel.close();
	},
};

test('a channel that closes without an exit status says nothing about the command', async t => {
	const [user, host] = [makeKeyPair('user'), makeKeyPair('host')];
	const server = new ssh2.Server({hostKeys: [host.privateKey]}, client => {
		client.on('error', () => undefined);
		client.on('authentication', context => context.accept());
		client.on('session', accept => {
			accept().on('exec', (acceptExec, _refuse, {command}) => {
				const channel = acceptExec();
				channel.write(/printf %s (\S+);/.exec(command)?.[1]); // That it has begun.
				Object.entries(behaviours).find(([name]) => command.includes(name))?.[1](channel);
			});
		});
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', () => resolve());
	});
	t.after(() => server.close());
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;

	const connection = await openConnection(
		{
			name: 'odd-1',
			host: '127.0.0.1',
			port,
			user: 'root',
			privateKey: user.privateKey,
			hostKeys: [host.publicKey],
		},
		{readyTimeoutMs: 10_000, keepaliveMs: 10_000},
	);
	t.after(() => connection.end('the test is over'));
	assert.equal((await runRemoteCommand(connection, 'exit 0')).code, 0);
	await assert.rejects(runRemoteCommand(connection, 'no exit status'), ConnectionLostError);
	assert.equal((await runRemoteCommand(connection, 'exit 0')).code, 0);
});
