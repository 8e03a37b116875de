import assert from 'node:assert/strict';
import {test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {migrationOptions, type WantedOptions} from '../../../source/engine/migration/migration-options.js';

const on = (kind: 'local' | 'ec2' | 'eucalyptus', wanted: WantedOptions = {}) =>
	migrationOptions(wanted, {
		cloud: kind,
		traits: traitsOf(kind),
		installation: '6f1c1f0e-5b6a-4c33-9d53-0a3c5d2f7a10',
	});

test('what is left out is what is usual for the cloud', () => {
	assert.deepEqual(on('local'), {way: 'local'});
	assert.deepEqual(on('ec2'), {way: 'ebs-direct'});
	assert.deepEqual(on('eucalyptus'), {way: 'bundle', bucket: 'd2cm-6f1c1f0e5b6a4c33'});
	assert.deepEqual(on('ec2', {way: 'import-snapshot', bucket: 'mine', encrypted: true}), {
		way: 'import-snapshot',
		bucket: 'mine',
		encrypted: true,
	});
});

test('a KMS key encrypts', () => {
	const kmsKey = 'arn:aws:kms:eu-west-1:123456789012:key/0123';
	assert.deepEqual(on('ec2', {kmsKey}), {way: 'ebs-direct', encrypted: true, kmsKey});
});

for (const [kind, wanted, message] of [
	['local', {bucket: 'mine'}, /The way local has no bucket/],
	['local', {kernel: 'aki-01234567'}, /The cloud local has no kernels/],
	['local', {way: 'bundle'}, /There is no way bundle to the cloud local/],
	['ec2', {bucket: 'mine'}, /The way ebs-direct has no bucket/],
	['ec2', {kernel: 'vmlinuz'}, /vmlinuz is not a kernel/],
	['ec2', {ramdisk: 'ari-01234567'}, /without a kernel/],
	['ec2', {kmsKey: '0123'}, /not the ARN of a KMS key/],
	['eucalyptus', {encrypted: true}, /bundle cannot encrypt/],
	['eucalyptus', {bucket: 'Mine'}, /has capital letters/],
] as const) {
	test(`${JSON.stringify(wanted)} on ${kind} is refused before anything is made`, () => {
		assert.throws(() => on(kind, wanted), {message});
	});
}
