import assert from 'node:assert/strict';
import {test} from 'node:test';
import {checkTemplate} from '../../../source/engine/templates/check-template.js';
import {templateSchema} from '../../../source/engine/templates/template.js';

const template = (...roles: readonly object[]) =>
	templateSchema.parse({
		name: 't',
		roles: roles.map((role, index) => ({name: `R${index}`, image: 'worker', asyncScripts: ['true'], ...role})),
	});
const texts = async (...roles: readonly object[]) =>
	(await checkTemplate(template(...roles), {images: ['worker']})).map(({level, text}) => `${level} ${text}`);

test('a sound template has no findings', async () => {
	assert.deepEqual(
		await texts({uploads: [{local: '/etc/hostname', remote: '/root/x'}], downloads: ['/root/a', '/root/ab']}),
		[],
	);
});

test('what would fail later is found before anything costs money', async () => {
	assert.deepEqual(await texts({image: 'other'}), ['fault role R0: there is no image named other']);
	assert.deepEqual(await texts({name: 'Slave'}, {name: 'slave'}), [
		'fault role slave: the role Slave has this name already, whatever its case',
	]);
	assert.deepEqual(await texts({}, {uploads: [{local: '/no/such', remote: '/x'}]}), [
		'fault role R1, upload 1: there is no /no/such',
	]);
	assert.deepEqual(await texts({downloads: ['/root/out/a', '/root/out/']}), [
		'fault role R0, data to collect 1: /root/out/a is already part of /root/out/',
	]);
	assert.deepEqual(await texts({startScripts: ['true', 'echo \0'], asyncScripts: ['\0']}), [
		'fault role R0, start script 2: holds a NUL character',
		'fault role R0, async script 1: holds a NUL character',
	]);
	assert.deepEqual(await texts({downloads: ['/a', '/a']}), [
		'fault role R0, data to collect 2: /a is already part of /a',
	]);
	assert.deepEqual(
		await texts({
			uploads: [
				{local: '/etc/hostname', remote: '/x'},
				{local: '/etc/hosts', remote: '/x'},
			],
		}),
		['fault role R0, upload 2: /x is written by upload 1 already'],
	);
});

test('what may surprise is a remark', async () => {
	assert.deepEqual(await texts({asyncScripts: []}), ['remark role R0 runs nothing and is done as soon as it is up']);
	assert.deepEqual(await texts({asyncScripts: [], doneChecks: [{kind: 'file', path: '/x'}]}), [
		'remark role R0 runs no script of its own that could make its done checks hold',
	]);
});
