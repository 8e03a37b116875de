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
	assert.deepEqual(await texts({image: 'other'}), ['fault roles[0].image: there is no image named other']);
	assert.deepEqual(await texts({name: 'Slave'}, {name: 'slave'}), [
		'fault roles[1].name: slave is already the name of roles[0]',
	]);
	assert.deepEqual(await texts({}, {uploads: [{local: '/no/such', remote: '/x'}]}), [
		'fault roles[1].uploads[0].local: there is no /no/such',
	]);
	assert.deepEqual(await texts({downloads: ['/root/out/a', '/root/out/']}), [
		'fault roles[0].downloads[0]: /root/out/a is already part of roles[0].downloads[1]',
	]);
	assert.deepEqual(await texts({downloads: ['/a', '/a']}), [
		'fault roles[0].downloads[1]: /a is already part of roles[0].downloads[0]',
	]);
	assert.deepEqual(
		await texts({
			uploads: [
				{local: '/etc/hostname', remote: '/x'},
				{local: '/etc/hosts', remote: '/x'},
			],
		}),
		['fault roles[0].uploads[1].remote: /x is written by roles[0].uploads[0] already'],
	);
});

test('what may surprise is a remark', async () => {
	assert.deepEqual(await texts({asyncScripts: []}), [
		'remark roles[0]: R0 runs nothing and is done as soon as it is up',
	]);
	assert.deepEqual(await texts({asyncScripts: [], doneChecks: [{kind: 'file', path: '/x'}]}), [
		'remark roles[0].doneChecks: R0 runs no script of its own that could make them hold',
	]);
});
