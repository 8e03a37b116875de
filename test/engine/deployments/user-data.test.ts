import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'yaml';
import {clientToken} from '../../../source/engine/deployments/client-token.js';
import {firstLease} from '../../../source/engine/deployments/lease/first-lease.js';
import {userData} from '../../../source/engine/deployments/user-data.js';
import {makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {parseUserData} from '../../helpers/parse-user-data.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

/** As long as they may be: the names of template and role are in the keys' comments. */
const longestComment = `${'t'.repeat(40)}.ABC123 ${'R'.repeat(31)}`;

test('user data carries the host keys, whole, to a guest that reads it line by line, and to one that reads YAML', async () => {
	const hostKeys = {
		ed25519: makeKeyPair(longestComment),
		ecdsa: makeEcdsaKeyPair(longestComment),
		rsa: await makeRsaKeyPair(longestComment),
	};
	const text = userData(Object.values(hostKeys));
	assert.deepEqual(parseUserData(text), {rootLogin: true, hostKeys, bootScript: ''});
	const {ssh_keys: read, ssh_deletekeys: deletes} = parse(text);
	assert.equal(deletes, true, 'of those that the image has, none stays');
	assert.deepEqual(
		read,
		Object.fromEntries(
			Object.entries(hostKeys).flatMap(([type, {privateKey, publicKey}]) => [
				[`${type}_private`, privateKey],
				[`${type}_public`, publicKey],
			]),
		),
	);
});

test('the longest user data there are stay below what Amazon takes, with room for what comes', async t => {
	const rsa = await makeRsaKeyPair(longestComment);
	const pairs = [makeKeyPair(longestComment), makeEcdsaKeyPair(longestComment), rsa];
	const {roles} = sampleDeployment();
	const dear = roles.map(role => ({...role, count: 200, hourlyUsd: 1 / 3}));
	const deployment = {
		...sampleDeployment({maxRunMinutes: 86_400 - 1 / 3}),
		roles: dear,
		leaseHours: 1440 - 1 / 7,
		capUsd: 1e6,
	};
	const text = userData(pairs, firstLease(deployment, 'x'.repeat(64)));
	t.diagnostic(
		`${Buffer.byteLength(text)} bytes of 16384, ${rsa.privateKey.length + rsa.publicKey.length} of them RSA`,
	);
	assert.ok(Buffer.byteLength(text) < 12_000, String(Buffer.byteLength(text)));
});

test('user data open root only where root is who logs in', () => {
	const pair = makeKeyPair('pi.ABC123 Master');
	assert.equal(parse(userData([pair])).disable_root, false);
	assert.equal(parse(userData([pair], undefined, {asRoot: false})).disable_root, undefined);
	assert.deepEqual(parseUserData(userData([pair], undefined, {asRoot: false})).hostKeys, {ed25519: pair});
});

test('user data carry the first lease, the same each time, as YAML has it and as our first-boot unit reads it', () => {
	const pair = makeKeyPair('pi.ABC123 Master');
	const script = firstLease({...sampleDeployment(), leaseHours: 3}, 'token-1') ?? '';
	assert.match(script, /^lease=10800$/m);
	assert.equal(firstLease({...sampleDeployment(), leaseHours: 3}, 'token-1'), script);
	const text = userData([pair], script);
	assert.deepEqual(parse(text).bootcmd, [script]);
	assert.equal(parse(text).ssh_keys.ed25519_private, pair.privateKey);
	assert.equal(parseUserData(text).bootScript, script);
	assert.deepEqual(parseUserData(text).hostKeys, {ed25519: pair});
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
