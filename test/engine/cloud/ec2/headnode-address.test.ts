import assert from 'node:assert/strict';
import {test} from 'node:test';
import {HeadnodeUnknownError} from '../../../../source/engine/cloud/ec2/errors/headnode-unknown-error.js';
import {headnodeAddress} from '../../../../source/engine/cloud/ec2/headnode-address.js';
import {seenAddress} from '../../../../source/engine/cloud/ec2/seen-address.js';
import {startCannedServer} from '../../../helpers/canned-server.js';

test("this machine's address is the one that is set, the one Amazon tells, or the one the cloud is reached from", async t => {
	const service = await startCannedServer(() => ({status: 200, body: '198.51.100.7\n'}));
	t.after(() => service.close());
	assert.equal(await headnodeAddress({setting: '203.0.113.9', addressService: service.endpoint}), '203.0.113.9');
	assert.equal(await headnodeAddress({setting: '', addressService: service.endpoint}), '198.51.100.7');
	assert.equal(await headnodeAddress({setting: '', endpoint: service.endpoint}), '127.0.0.1');
	const amazon = {endpoint: 'https://ec2.eu-west-1.amazonaws.com', addressService: service.endpoint};
	assert.equal(await headnodeAddress({setting: '', ...amazon}), '198.51.100.7');
});

test('an address that cannot be found out is asked for, and never guessed', async t => {
	const answers = [{status: 200, body: '<html>Log in to this network</html>'}, {status: 503}];
	for (const answer of answers) {
		const service = await startCannedServer(() => answer);
		t.after(() => service.close());
		await assert.rejects(headnodeAddress({setting: '', addressService: service.endpoint}), HeadnodeUnknownError);
	}

	for (const question of [{addressService: 'http://127.0.0.1:9'}, {endpoint: 'http://127.0.0.1:9'}]) {
		await assert.rejects(headnodeAddress({setting: '', ...question}), HeadnodeUnknownError);
	}
});

test('an address behind a router is not the one a cloud sees; one in the same network is', () => {
	const from = (local: string, remote: string) => seenAddress({local, remote}, 'cloud.example');
	for (const local of ['10.1.2.3', '127.0.0.1', '172.31.0.9', '192.168.1.20', '169.254.7.7', '100.64.0.5']) {
		assert.throws(() => from(local, '198.51.100.1'), /a router hides [\d.]+ from cloud\.example/);
		assert.equal(from(local, '10.9.9.9'), local);
	}

	for (const local of ['203.0.113.9', '172.32.0.1', '192.169.0.1', '100.128.0.1', '100.63.0.1', '172.15.0.1']) {
		assert.equal(from(local, '198.51.100.1'), local);
	}
});

test('a cloud that is asked by IPv6 says why the IPv4 address of this machine has to be set', async () => {
	await assert.rejects(headnodeAddress({setting: '', endpoint: 'http://[::1]:8773/services/compute'}), {
		name: 'HeadnodeUnknownError',
		message: /found out: the cloud is asked by IPv6, and its instances by IPv4\.$/,
	});
});
