import assert from 'node:assert/strict';
import {test} from 'node:test';
import {instanceOf} from '../../../../source/engine/cloud/ec2/instance-of.js';

const running = (PublicIpAddress: string, PrivateIpAddress: string) =>
	instanceOf({InstanceId: 'i-00000001', State: {Name: 'running'}, PublicIpAddress, PrivateIpAddress}, 22);

test('an address that holds a line of a file, or an option, is none', () => {
	const one = running('203.0.113.7\nevil ssh-ed25519 AAAA', '10.0.0.1');
	assert.deepEqual([one?.ssh?.host, one?.privateAddress], ['10.0.0.1', '10.0.0.1']);
	for (const address of ['-oProxyCommand=x', 'a b', '10.0.0.1,evil', '\n', '$(id)']) {
		const other = running(address, address);
		assert.deepEqual([other?.ssh, other?.privateAddress], [undefined, undefined], address);
	}
});

test('addresses of either family and names of hosts are taken', () => {
	for (const address of ['203.0.113.7', '2001:db8::7', 'ec2-203-0-113-7.compute-1.amazonaws.com']) {
		assert.equal(running(address, address)?.ssh?.host, address);
	}
});
