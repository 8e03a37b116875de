import assert from 'node:assert/strict';
import {test} from 'node:test';
import {clientToken} from '../../../source/engine/deployments/client-token.js';
import {userData} from '../../../source/engine/deployments/user-data.js';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {parseUserData} from '../../helpers/parse-user-data.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

test('user data carries the host key, whole, to a guest that reads it line by line', () => {
	const pair = makeKeyPair('pi.ABC123 Master');
	assert.deepEqual(parseUserData(userData(pair)), {rootLogin: true, hostKey: pair});
});

test('a client token is the same each time, another one for each role and installation, and at most 64 ASCII characters', () => {
	const deployment = sampleDeployment();
	const token = clientToken(deployment, 'Master');
	assert.match(token, /^[ -~]{1,64}$/);
	assert.equal(clientToken({...deployment}, 'Master'), token);
	assert.notEqual(clientToken(deployment, 'Slave'), token);
	assert.notEqual(clientToken({...deployment, installation: 'other'}, 'Master'), token);
});
