import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type ImageTraits, misfit} from '../../../source/engine/cloud/misfit.js';

const supports = {
	architectures: ['i386', 'x86_64'],
	bootModes: ['legacy-bios'],
	virtualizations: ['hvm'],
	rootDevices: ['ebs'],
	ena: 'required',
} as const;
const type = {name: 't2.nano', supports};
const fit: ImageTraits = {
	architecture: 'x86_64',
	bootMode: 'legacy-bios',
	virtualization: 'hvm',
	rootDevice: 'ebs',
	ena: true,
};

const misfits: ReadonlyArray<readonly [changes: Partial<ImageTraits>, why: string]> = [
	[{architecture: 'arm64'}, 'is for arm64, and t2.nano is i386, x86_64'],
	[{bootMode: 'uefi'}, 'boots by uefi, and t2.nano by legacy-bios'],
	[{virtualization: 'paravirtual'}, 'is paravirtual, and t2.nano is for hvm'],
	[{ena: false}, 'is not registered for enhanced networking (ENA), and t2.nano starts no other'],
	[{rootDevice: 'instance-store'}, 'has its root device in the instance store, and t2.nano takes it from EBS'],
];

for (const [changes, why] of misfits) {
	test(`an AMI that ${why}`, () => {
		assert.equal(misfit({...fit, ...changes}, type), why);
	});
}

test('what one of the two does not say is no reason against it', () => {
	assert.equal(misfit(fit, type), undefined);
	assert.equal(misfit({}, type), undefined);
	for (const [changes] of misfits) {
		const image = {...fit, ...changes};
		assert.equal(misfit(image, {name: 't2.nano'}), undefined);
		const silent = {architectures: [], bootModes: [], virtualizations: [], rootDevices: []};
		assert.equal(misfit(image, {name: 't2.nano', supports: silent}), undefined);
	}
});

test('an AMI without ENA starts where ENA is only one way', () => {
	for (const ena of ['supported', 'unsupported'] as const) {
		assert.equal(misfit({...fit, ena: false}, {name: 't2.nano', supports: {...supports, ena}}), undefined);
	}
});

test('an AMI that prefers UEFI boots either way', () => {
	assert.equal(misfit({...fit, bootMode: 'uefi-preferred'}, type), undefined);
});
