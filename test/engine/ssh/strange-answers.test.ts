import assert from 'node:assert/strict';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {test} from 'node:test';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {openConnection} from '../../../source/engine/ssh/open-connection.js';

/** What answers at port 22, and what the user is told. */
const answers: Readonly<Record<string, readonly [(socket: Socket) => void, RegExp]>> = {
	'says nothing': [() => undefined, /lost: it takes the connection and says nothing within 0\.5 s\.$/],
	'stops in the key exchange': [socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), /lost: no login within 0\.5 s\.$/],
	'is a proxy with a web page': [
		socket => socket.end('HTTP/1.1 403 Forbidden\r\nServer: squid\r\n\r\n<html>\u001b[2Jno</html>\r\n'),
		/lost: what answers is no SSH server: it says “HTTP\/1\.1 403 Forbidden”\.$/,
	],
	'is a mail server': [
		socket => socket.write('220 mail.example.org ESMTP\u001b]0;x\u0007\r\n'),
		/lost: what answers is no SSH server: it says “220 mail\.example\.org ESMTP\]0;x”\.$/,
	],
	'prints lines without end before it begins': [
		socket => {
			const timer = setInterval(() => socket.write(`${'x'.repeat(70)}\r\n`.repeat(50)), 1);
			socket.once('close', () => clearInterval(timer));
		},
		/lost: /,
	],
	'prints one line without end': [socket => socket.write('x'.repeat(1_000_000)), /lost: /],
	'closes at once': [socket => socket.end(), /lost: /],
	'talks nonsense after its version': [socket => socket.write(`SSH-2.0-x\r\n${'nonsense'.repeat(99)}`), /lost: /],
};

for (const [what, [answer, message]] of Object.entries(answers)) {
	test(`what ${what} in the place of an SSH server is waited for a bounded time, and one sentence`, async t => {
		const server = createServer(socket => {
			socket.on('error', () => undefined);
			answer(socket);
		});
		await new Promise<void>(resolve => {
			server.listen(0, '127.0.0.1', resolve);
		});
		t.after(() => server.close());
		const key = makeKeyPair('user');
		const target = {
			name: 'worker-1',
			host: '127.0.0.1',
			port: (server.address() as AddressInfo).port,
			user: 'root',
			privateKey: key.privateKey,
			hostKeys: [key.publicKey],
		};
		await assert.rejects(openConnection(target, {readyTimeoutMs: 500, keepaliveMs: 10_000}), {
			name: 'ConnectionLostError',
			sort: 'wait',
			message,
		});
	});
}
