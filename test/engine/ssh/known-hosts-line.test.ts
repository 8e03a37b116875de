import assert from 'node:assert/strict';
import {test} from 'node:test';
import {knownHostsLine} from '../../../source/engine/ssh/known-hosts-line.js';

test('the port is written only where it is not 22, and the comment of the key is left out', () => {
	assert.equal(knownHostsLine('10.0.0.1', 22, 'ssh-ed25519 AAAA host'), '10.0.0.1 ssh-ed25519 AAAA\n');
	assert.equal(knownHostsLine('10.0.0.1', 2201, 'ssh-ed25519 AAAA\n'), '[10.0.0.1]:2201 ssh-ed25519 AAAA\n');
});
