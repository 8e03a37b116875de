import assert from 'node:assert/strict';
import {test} from 'node:test';
import {knownHostsLine} from '../../../source/engine/ssh/known-hosts-line.js';

test('the port is written only where it is not 22, and the comment of the key is left out', () => {
	assert.equal(knownHostsLine('10.0.0.1', 22, 'ssh-ed25519 AAAA host'), '10.0.0.1 ssh-ed25519 AAAA\n');
	assert.equal(knownHostsLine('10.0.0.1', 2201, 'ssh-ed25519 AAAA\n'), '[10.0.0.1]:2201 ssh-ed25519 AAAA\n');
});

test('a line that an address or a key could turn into another one is not written', () => {
	const key = 'ssh-ed25519 AAAA';
	assert.equal(knownHostsLine('10.0.0.1\n* ssh-ed25519 BBBB', 22, key), '');
	for (const host of ['', '*', 'a,b', '10.0.0.1 x', '#a', '@cert-authority *', '|1|x']) {
		assert.equal(knownHostsLine(host, 2201, key), '', host);
	}

	for (const wrong of ['', 'ssh-ed25519', 'ssh,ed25519 AAAA', 'ssh-ed25519 AA*A', '\u001b[2J AAAA']) {
		assert.equal(knownHostsLine('10.0.0.1', 22, wrong), '', wrong);
	}

	assert.equal(knownHostsLine('fe80::1%eth0', 22, `${key}\n* ssh-ed25519 BBBB`), `fe80::1%eth0 ${key}\n`);
});
