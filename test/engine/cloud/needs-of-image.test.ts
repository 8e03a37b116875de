import assert from 'node:assert/strict';
import {test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {needsOfImage} from '../../../source/engine/cloud/needs-of-image.js';

const plain = {name: 'vmlinuz-3.2.0-xen'};
const pvGrub = {name: 'pv-grub-hd0_1.05-x86_64.gz'};

for (const [what, kind, virtualization, kernel, needs] of [
	['a whole machine needs neither', 'eucalyptus', 'hvm', undefined, [false, false]],
	['a whole machine needs neither, whatever was chosen', 'ec2', 'hvm', plain, [false, false]],
	['a paravirtual one needs a kernel', 'eucalyptus', 'paravirtual', undefined, [true, false]],
	['a kernel needs its ramdisk', 'eucalyptus', 'paravirtual', plain, [true, true]],
	['PV-GRUB needs none', 'ec2', 'paravirtual', pvGrub, [true, false]],
	['this machine knows no such things', 'local', 'paravirtual', plain, [false, false]],
] as const) {
	test(`of kernel and ramdisk, ${what}`, () => {
		const {kernel: needsKernel, ramdisk} = needsOfImage(traitsOf(kind), virtualization, kernel);
		assert.deepEqual([needsKernel, ramdisk], needs);
	});
}
