import assert from 'node:assert/strict';
import {test} from 'node:test';
import {maskAccessKey, maskSecrets} from '../../../source/engine/credentials/mask-secrets.js';

test('a secret is taken out of what others write, however they have written it', () => {
	const secret = 'wJal/rX+Utn=';
	const written = ['as it is: wJal/rX+Utn=', 'in a URL: wJal%2FrX%2BUtn%3D', 'in JSON: "wJal\\/rX+Utn="'];
	assert.deepEqual(
		written.map(text => maskSecrets(text, {secrets: [secret]})),
		['as it is: ***', 'in a URL: ***', 'in JSON: "***"'],
	);
	assert.equal(maskSecrets('the longer first: abcdef abc', {secrets: ['abc', 'abcdef']}), 'the longer first: *** ***');
	assert.equal(maskSecrets('nothing', {secrets: ['']}), 'nothing');
});

test('of an access key only what tells it from another is left, and nothing of a short one', () => {
	assert.equal(
		maskSecrets('no user has AKIAIOSFODNN7EXAMPLE', {accessKey: 'AKIAIOSFODNN7EXAMPLE', secrets: []}),
		'no user has AKIA…MPLE',
	);
	assert.equal(maskAccessKey('AKIA1234567'), '***');
});
