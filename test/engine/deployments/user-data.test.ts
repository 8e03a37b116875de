import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'yaml';
import {clientToken} from '../../../source/engine/deployments/client-token.js';
import {firstLease} from '../../../source/engine/deployments/lease/first-lease.js';
import {userData} from '../../../source/engine/deployments/user-data.js';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {parseUserData} from '../../helpers/parse-user-data.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

test('user data carries the host key, whole, to a guest that reads it line by line', () => {
	const pair = makeKeyPair('pi.ABC123 Master');
	assert.deepEqual(parseUserData(userData(pair)), {rootLogin: true, hostKey: pair, bootScript: ''});
});

test('user data carry the first lease, the same each time, as YAML has it and as our first-boot unit reads it, and they are not too long', () => {
	const pair = makeKeyPair('pi.ABC123 Master');
	const script = firstLease({...sampleDeployment(), leaseHours: 3}, 'token-1') ?? '';
	assert.match(script, /^lease=10800$/m);
	assert.equal(firstLease({...sampleDeployment(), leaseHours: 3}, 'token-1'), script);
	const text = userData(pair, script);
	assert.deepEqual(parse(text).bootcmd, [script]);
	assert.equal(parse(text).ssh_keys.ed25519_private, pair.privateKey);
	assert.equal(parseUserData(text).bootScript, script);
	assert.deepEqual(parseUserData(text).hostKey, pair);
	assert.ok(text.length < 12_000, String(text.length));
	assert.equal(firstLease(sampleDeployment(), 'token-1'), undefined, 'from before there were leases');
});

test('the first lease reckons with the dearest instance types there may be', () => {
	const deployment = {...sampleDeployment(), leaseHours: 24, capUsd: 0.3};
	const roles = deployment.roles.map(role => ({...role, others: [{instanceType: 'dear', hourlyUsd: 0.1}]}));
	assert.match(firstLease(deployment, 't') ?? '', /^most=36000$/m);
	assert.match(firstLease({...deployment, roles}, 't') ?? '', /^most=3600$/m);
});

test('a client token is the same each time, another one for each role and installation, and at most 64 ASCII characters', () => {
	const deployment = sampleDeployment();
	const token = clientToken(deployment, 'Master');
	assert.match(token, /^[ -~]{1,64}$/);
	assert.equal(clientToken({...deployment}, 'Master'), token);
	assert.notEqual(clientToken(deployment, 'Slave'), token);
	assert.notEqual(clientToken({...deployment, installation: 'other'}, 'Master'), token);
});
