import assert from 'node:assert/strict';
import {test} from 'node:test';
import {migrationSteps, requestOf} from '../../source/screens/migration-steps.js';
import type {FormValues} from '../../source/screens/parts/form-field.js';
import {currentVersion, databaseSchema} from '../../source/store/database.js';

const offered = (kind: 'kernel' | 'ramdisk', id: string, name: string, architecture = 'x86_64') => ({
	...{kind, id, name, architecture, cloud: 'sci'},
	...(name === 'vmlinuz' && {recommendedRamdisk: 'ari-00000001'}),
});

const database = databaseSchema.parse({
	version: currentVersion,
	installation: '00000000-0000-4000-8000-000000000000',
	clouds: [{name: 'sci', kind: 'eucalyptus', region: '', credential: ''}],
	images: [
		{
			...{name: 'worker', file: '/worker.vdi', addedAt: '', os: 'Debian', architecture: 'x86_64'},
			...{virtualBytes: 1, verdict: 'fits'},
		},
	],
	kernels: [
		offered('kernel', 'aki-00000001', 'vmlinuz'),
		offered('kernel', 'aki-00000002', 'pv-grub-hd0_1.05-x86_64.gz'),
		offered('kernel', 'aki-00000003', 'pv-grub-hd0_1.05-i386.gz', 'i386'),
		offered('kernel', 'aki-00000004', 'of any kind', ''),
		offered('ramdisk', 'ari-00000001', 'initrd'),
		offered('ramdisk', 'ari-00000002', 'initrd', 'i386'),
	],
});

function choices(values: FormValues): Readonly<Record<string, readonly string[]>> {
	const fields = migrationSteps(values, database).find(({key}) => key === 'kernel')?.fields ?? [];
	return Object.fromEntries(
		fields.map(field => [field.key, field.kind === 'choice' ? field.options.map(({value}) => value) : []]),
	);
}

const kernels = ['none', 'aki-00000001', 'aki-00000002', 'aki-00000004'];

test('only kernels of the architecture of the image are offered, and no ramdisk where none is needed', () => {
	assert.deepEqual(choices({}), {kernel: kernels});
	assert.deepEqual(choices({kernel: 'aki-00000002'}), {kernel: kernels}, "PV-GRUB starts the image's own");
	assert.deepEqual(choices({kernel: 'aki-00000001'}), {kernel: kernels, ramdisk: ['none', 'ari-00000001']});
});

test('what the cloud would refuse beside a kernel cannot be chosen, and says why', () => {
	const [, ramdisk] =
		migrationSteps({kernel: 'aki-00000001'}, database).find(({key}) => key === 'kernel')?.fields ?? [];
	assert.ok(ramdisk?.kind === 'choice');
	const [none, initrd] = ramdisk.options;
	assert.match(none?.disabledReason ?? '', /only together with a ramdisk/);
	assert.equal(initrd?.disabledReason, undefined);
	assert.equal(ramdisk.initial, 'ari-00000001');
});

test('a ramdisk that is not asked for any more is not sent', () => {
	const ramdisk = 'ari-00000001';
	assert.equal(requestOf({kernel: 'aki-00000001', ramdisk}, database).ramdisk, ramdisk);
	assert.equal(requestOf({kernel: 'aki-00000002', ramdisk}, database).ramdisk, undefined);
	assert.equal(requestOf({ramdisk}, database).ramdisk, undefined);
});
