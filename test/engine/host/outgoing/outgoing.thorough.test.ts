import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {createServer, type IncomingMessage} from 'node:http';
import {request} from 'node:https';
import {createServer as listen, type Socket} from 'node:net';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {type TestContext, test} from 'node:test';
import {createAwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {callPatiently} from '../../../../source/engine/cloud/ec2/call-patiently.js';
import {type Agents, outgoingAgents} from '../../../../source/engine/host/outgoing/agents.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import {createS3Store} from '../../../../source/engine/object-store/s3-store.js';
import {type ConnectProxyOptions, startConnectProxy} from '../../../helpers/connect-proxy.js';
import {swiftTraits} from '../../../helpers/swift-traits.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';
import {startTlsFront} from '../../../helpers/tls-front.js';

const name = 'sci.example';

/** A server that only a proxy knows, with a certificate of the institute's own authority, which lies in a file. */
async function institute(t: TestContext, options: Omit<ConnectProxyOptions, 'portOf'> = {}) {
	const folder = await temporaryFolder(t);
	const connections = new Set<object>();
	const server = createServer((asked, answer) => {
		connections.add(asked.socket);
		answer.end(`hello, ${asked.headers.host}`);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const port = (server.address() as {port: number}).port;
	const front = await startTlsFront(`http://127.0.0.1:${port}`, folder, name);
	const ports: Record<string, number> = {[`ec2.${name}`]: Number(new URL(front.url).port), [`plain.${name}`]: port};
	const proxy = await startConnectProxy({...options, portOf: host => ports[host]});
	const authority = join(folder, 'authority.pem');
	await writeFile(authority, front.ca);
	t.after(() => {
		server.closeAllConnections();
		server.close();
		front.close();
		proxy.close();
	});
	return {proxy, connections, authority, front, folder};
}

async function ask(agents: Agents, host = `ec2.${name}`): Promise<string> {
	const signal = AbortSignal.timeout(20_000);
	const asking = request({host, port: 443, path: '/', agent: agents.httpsAgent, signal}).end();
	const [answer] = (await once(asking, 'response')) as [IncomingMessage];
	return text(answer);
}

test('requests go by the proxy with its name and password, over connections that are kept', async t => {
	const {proxy, connections, authority} = await institute(t, {login: 'me:p@ss/word'});
	const agents = await outgoingAgents(
		{maxSockets: 4},
		{HTTPS_PROXY: `http://me:p%40ss%2Fword@${proxy.place}`, SSL_CERT_FILE: authority},
	);
	for (let count = 0; count < 3; count++) {
		assert.equal(await ask(agents), `hello, ec2.${name}`);
		await new Promise(resolve => setTimeout(resolve, 20));
	}

	const many = await Promise.all(Array.from({length: 12}, async () => ask(agents)));
	assert.equal(new Set(many).size, 1);
	assert.deepEqual(new Set(proxy.asked), new Set([`CONNECT ec2.${name}:443`]));
	assert.ok(
		proxy.asked.length <= 12 && connections.size <= 12,
		`${proxy.asked.length} tunnels, ${connections.size} connections`,
	);
	agents.httpsAgent.destroy();
});

for (const variable of ['SSL_CERT_FILE', 'AWS_CA_BUNDLE']) {
	test(`a server whose certificate the institute has signed is trusted by ${variable}, and by nothing else`, async t => {
		const {proxy, authority} = await institute(t);
		const https_proxy = `http://${proxy.place}`;
		const agents = await outgoingAgents({maxSockets: 4}, {https_proxy, [variable]: authority});
		assert.equal(await ask(agents), `hello, ec2.${name}`);
		agents.httpsAgent.destroy();

		const others = await outgoingAgents({maxSockets: 4}, {https_proxy});
		await assert.rejects(ask(others), {code: 'DEPTH_ZERO_SELF_SIGNED_CERT'});
		others.httpsAgent.destroy();
	});

	for (const [what, content] of [
		['is not there', undefined],
		['is empty', ''],
		['holds no certificate', 'PRIVATE'],
		['holds a damaged one', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
	] as const) {
		test(`${variable} that ${what} is one sentence`, async t => {
			const file = join(await temporaryFolder(t), 'bundle.pem');
			await (content === undefined ? undefined : writeFile(file, content));
			await assert.rejects(outgoingAgents({maxSockets: 4}, {[variable]: file}), {
				name: 'UnreadableBundleError',
				message: new RegExp(
					`^${variable} names ${file}, and it (?:cannot be read|is no list of certificates in PEM)\\.$`,
				),
			});
		});
	}
}

for (const [what, options, words, sort] of [
	[
		'another password',
		{login: 'me:other'},
		/^The proxy \S+ \(https_proxy\) wants another name and password\.$/,
		'user',
	],
	['a refusal', {refuse: 403}, /^The proxy \S+ \(https_proxy\) refuses ec2\.sci\.example:443 \(HTTP 403\)\.$/, 'user'],
	[
		'a failure of its own',
		{refuse: 503},
		/^The proxy \S+ \(https_proxy\) could not reach ec2\.sci\.example:443 \(HTTP 503\)\.$/,
		'wait',
	],
] as const) {
	test(`a proxy that answers with ${what} is one sentence without a password, and a request is tried again only where that helps`, async t => {
		const {proxy, authority} = await institute(t, options);
		const agents = await outgoingAgents(
			{maxSockets: 4},
			{https_proxy: `http://me:geheim@${proxy.place}`, AWS_CA_BUNDLE: authority},
		);
		const calling = {
			clock: {...systemClock, sleep: async () => undefined},
			signal: AbortSignal.timeout(20_000),
			mostAttempts: 3,
		};
		await assert.rejects(
			callPatiently('ec2:DescribeRegions', async () => ask(agents), calling),
			(error: Error & {hint: string; sort: string}) => {
				assert.equal(error.name, 'ProxyError');
				assert.match(error.message, words);
				assert.equal(error.sort, sort);
				assert.doesNotMatch(`${error.message} ${error.hint} ${error.stack}`, /geheim/);
				return true;
			},
		);
		assert.equal(proxy.asked.length, sort === 'wait' ? 3 : 1);
		agents.httpsAgent.destroy();
	});
}

test('a proxy where nothing listens is named, not the cloud behind it', async t => {
	const {proxy} = await institute(t);
	proxy.close();
	const agents = await outgoingAgents({maxSockets: 4}, {https_proxy: `http://me:geheim@${proxy.place}`});
	await assert.rejects(ask(agents), {
		name: 'ProxyError',
		sort: 'wait',
		message: `The proxy ${proxy.place} (https_proxy) does not answer: nothing listens at this address.`,
	});
});

test('AWS_CA_BUNDLE whose certificates have all expired is one sentence', async t => {
	const {authority} = await institute(t);
	t.mock.timers.enable({apis: ['Date'], now: new Date('2100-01-01')});
	await assert.rejects(outgoingAgents({maxSockets: 4}, {AWS_CA_BUNDLE: authority}), {
		name: 'UnreadableBundleError',
		message: /^AWS_CA_BUNDLE names \S+authority\.pem, and it expired on 20\d\d-\d\d-\d\d\.$/,
	});
});

test('what NO_PROXY names is asked directly, beside what goes by the proxy', async t => {
	const {proxy, authority, front} = await institute(t);
	const environment = {https_proxy: `http://${proxy.place}`, NO_PROXY: '127.0.0.0/8', AWS_CA_BUNDLE: authority};
	const agents = await outgoingAgents({maxSockets: 4}, environment);
	const asking = request({
		...new URL(front.url),
		host: '127.0.0.1',
		port: new URL(front.url).port,
		agent: agents.httpsAgent,
		servername: `ec2.${name}`,
	}).end();
	const [answer] = (await once(asking, 'response')) as [IncomingMessage];
	assert.match(await text(answer), /^hello, 127/);
	assert.deepEqual(proxy.asked, []);
	await ask(agents);
	assert.equal(proxy.asked.length, 1);
	agents.httpsAgent.destroy();
});

/** Sets what this process goes by, until the end of a test. */
function goBy(t: TestContext, variables: Readonly<Record<string, string>>): void {
	Object.assign(process.env, variables);
	t.after(() => {
		for (const name of Object.keys(variables)) {
			delete process.env[name];
		}
	});
}

/** What a cloud at this address is said to be wrong with. */
async function refusalOf(ec2Url: string): Promise<Error & {hint?: string; sort?: string}> {
	const keys = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret'};
	const calls = createAwsCalls({region: 'eu-west-1', keys, ec2Url}, systemClock, {mostAttempts: 1});
	try {
		return await calls
			.ec2(
				'DescribeRegions',
				async (client, sdk, options) => client.send(new sdk.DescribeRegionsCommand({}), options),
				AbortSignal.timeout(30_000),
			)
			.then(
				() => assert.fail('It answered.'),
				(error: Error) => error,
			);
	} finally {
		calls.close();
	}
}

for (const scheme of ['http', 'https'] as const) {
	test(`what is put into a store goes by the proxy, by ${scheme}`, async t => {
		const folder = await temporaryFolder(t);
		const bodies: number[] = [];
		const server = createServer(async (asked, answer) => {
			const body = Buffer.concat(await asked.toArray());
			bodies.push(body.length);
			answer.writeHead(200, {etag: `"${createHash('md5').update(body).digest('hex')}"`}).end();
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const port = (server.address() as {port: number}).port;
		const front = await startTlsFront(`http://127.0.0.1:${port}`, folder, name);
		const behind = scheme === 'http' ? port : Number(new URL(front.url).port);
		const proxy = await startConnectProxy({login: 'me:p@ss', portOf: () => behind});
		const authority = join(folder, 'authority.pem');
		await writeFile(authority, front.ca);
		t.after(() => {
			server.closeAllConnections();
			server.close();
			front.close();
			proxy.close();
		});
		goBy(t, {[`${scheme}_proxy`]: `http://me:p%40ss@${proxy.place}`, SSL_CERT_FILE: authority});
		const store = createS3Store({
			endpoint: `${scheme}://s3.${name}/services/objectstorage`,
			region: 'eu-west-1',
			credentials: {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret'},
			traits: swiftTraits,
			limits: {attempts: 1},
		});
		await store.put('images', 'part', Buffer.alloc(3 * 2 ** 20));
		assert.deepEqual(bodies, [3 * 2 ** 20]);
		assert.deepEqual(proxy.asked, [
			scheme === 'http'
				? `PUT http://s3.${name}/services/objectstorage/images/part?x-id=PutObject`
				: `CONNECT s3.${name}:443`,
		]);
	});
}

test('a proxy that wants another password is named where a cloud is asked without TLS, too', async t => {
	const proxy = await startConnectProxy({login: 'me:right', portOf: () => 1});
	t.after(() => proxy.close());
	goBy(t, {http_proxy: `http://me:geheim@${proxy.place}`});
	const {name: kind, message, hint, sort} = await refusalOf(`http://plain.${name}:8773/services/compute`);
	assert.equal(kind, 'ProxyError');
	assert.equal(message, `The proxy ${proxy.place} (http_proxy) wants another name and password.`);
	assert.equal(sort, 'user');
	assert.doesNotMatch(message + hint, /geheim/);
});

for (const [what, words, message, sort] of [
	[
		'a web page',
		'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>',
		/^What answers as the proxy 127\.0\.0\.1:\d+ \(https_proxy\) is a web page, and no proxy\.$/,
		'user',
	],
	[
		'the words of an SSH server',
		'SSH-2.0-OpenSSH_9.2\r\n',
		/^The proxy 127\.0\.0\.1:\d+ \(https_proxy\) does not answer: the connection broke\.$/,
		'wait',
	],
	[
		'nothing',
		undefined,
		/^The proxy 127\.0\.0\.1:\d+ \(https_proxy\) does not answer: it did not answer in time\.$/,
		'wait',
	],
] as const) {
	test(`a proxy that answers with ${what} is named, not the cloud behind it, and no connection stays`, async t => {
		const open = new Set<Socket>();
		const server = listen(socket => {
			open.add(socket);
			socket.on('error', () => undefined).on('close', () => open.delete(socket));
			socket.once('data', () => words !== undefined && socket.end(words));
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		t.after(() => {
			server.close();
			for (const socket of open) {
				socket.destroy();
			}
		});
		const {port} = server.address() as {port: number};
		goBy(t, {https_proxy: `http://me:geheim@127.0.0.1:${port}`});
		const error = await refusalOf(`https://ec2.${name}`);
		assert.equal(error.name, 'ProxyError', error.message);
		assert.match(error.message, message);
		assert.equal(error.sort, sort);
		assert.doesNotMatch(`${error.message} ${error.hint}`, /geheim/);
		await new Promise(resolve => setTimeout(resolve, 200));
		assert.equal(open.size, 0);
	});
}
