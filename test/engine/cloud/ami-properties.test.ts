import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type AmiWish, amiProperties, conflictOf, isForBareDisks} from '../../../source/engine/cloud/ami-properties.js';
import {type CloudKind, traitsOf} from '../../../source/engine/cloud/cloud-traits.js';

const pvGrub = {name: 'pv-grub-hd00_1.05-x86_64.gz', architecture: 'x86_64'};
const plain = {name: 'vmlinuz-3.2.0-xen', architecture: 'x86_64'};
const initrd = {name: 'initrd-3.2.0-xen', architecture: 'x86_64'};
const machine = {architecture: 'x86_64', bootMode: 'legacy-bios', rootDevice: 'ebs'} as const;

const on = (kind: CloudKind, changes: Partial<AmiWish> = {}) => amiProperties({...machine, ...changes}, traitsOf(kind));

test('a machine that boots by itself has all that Amazon offers, and a kernel of the cloud takes away what came later', () => {
	const {virtualization, ena, imds, bootMode} = on('ec2');
	assert.deepEqual([virtualization, ena, imds, bootMode], ['hvm', 'on', 'v2.0', 'legacy-bios']);
	const bare = on('ec2', {kernel: pvGrub});
	assert.deepEqual(
		[bare.virtualization, bare.ena, bare.imds, bare.bootMode],
		['paravirtual', 'off', 'none', 'none'],
		'as figures 5 and 6 of the user guide choose it',
	);
	assert.equal(conflictOf(bare, traitsOf('ec2')), undefined);
});

test('a machine that finds no root on an NVMe disk is not said to have ENA, so that no type of today starts it in vain', () => {
	assert.equal(on('ec2', {nvme: false}).ena, 'off');
	assert.equal(on('ec2', {nvme: 'unknown'}).ena, 'on');
});

for (const [what, kind, changes, message] of [
	['a kernel of another architecture', 'ec2', {architecture: 'i386', kernel: pvGrub}, /another architecture/],
	[
		'a ramdisk of another architecture',
		'ec2',
		{architecture: 'i386', kernel: {}, ramdisk: initrd},
		/The ramdisk is for/,
	],
	['a ramdisk without a kernel', 'ec2', {ramdisk: initrd}, /of no use without a kernel/],
	['a ramdisk beside PV-GRUB', 'ec2', {kernel: pvGrub, ramdisk: initrd}, /takes none of the cloud/],
	['a kernel without a ramdisk on Eucalyptus', 'eucalyptus', {kernel: plain}, /only together with a ramdisk/],
	['a kernel for a machine that starts by UEFI', 'ec2', {bootMode: 'uefi', kernel: plain}, /starts by UEFI, which/],
	['a kernel for a machine of ARM', 'ec2', {architecture: 'arm64', kernel: {}}, /no machine of ARM/],
	['UEFI on 32 bits', 'ec2', {architecture: 'i386', bootMode: 'uefi'}, /no 32-bit one/],
	['BIOS on ARM', 'ec2', {architecture: 'arm64'}, /starts by UEFI alone/],
	['UEFI in a bundle', 'ec2', {bootMode: 'uefi', rootDevice: 'instance-store'}, /made of a bundle starts by BIOS/],
	[
		'ARM in a bundle',
		'ec2',
		{architecture: 'arm64', bootMode: undefined, rootDevice: 'instance-store'},
		/a bundle holds/,
	],
] as const) {
	test(`${what} is refused in a sentence with a hint`, () => {
		const conflict = conflictOf(on(kind, changes), traitsOf(kind));
		assert.match(conflict?.message ?? '', message);
		assert.match(conflict?.hint ?? '', /^(Leave|Choose|Install|Migrate) /);
	});
}

for (const [what, kind, changes] of [
	['a kernel with its ramdisk', 'eucalyptus', {kernel: plain, ramdisk: initrd, rootDevice: 'instance-store'}],
	['PV-GRUB alone', 'eucalyptus', {kernel: pvGrub, rootDevice: 'instance-store'}],
	['a kernel alone on Amazon', 'ec2', {kernel: plain}],
	['a kernel of which only the id is known', 'eucalyptus', {kernel: {}}],
	['a machine of ARM that starts by UEFI', 'ec2', {architecture: 'arm64', bootMode: 'uefi'}],
] as const) {
	test(`nothing is known against ${what}`, () => {
		assert.equal(conflictOf(on(kind, changes), traitsOf(kind)), undefined);
	});
}

test('the PV-GRUB for disks without partitions is told from the one for whole disks', () => {
	assert.equal(isForBareDisks('pv-grub-hd0_1.05-x86_64.gz'), true);
	assert.equal(isForBareDisks('pv-grub-hd00_1.05-x86_64.gz'), false);
	assert.equal(isForBareDisks('vmlinuz-hd0'), false);
});
