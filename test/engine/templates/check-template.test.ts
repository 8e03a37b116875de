import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {checkTemplate} from '../../../source/engine/templates/check-template.js';
import {templateSchema} from '../../../source/engine/templates/template.js';
import {walkUploads} from '../../../source/engine/templates/walk-uploads.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

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

test('no role takes the name of what a deployment keeps in its folder', async () => {
	for (const name of ['keys', 'monitoring', 'cancel', 'Finish', 'RENAMED', 'SHA256SUMS']) {
		assert.deepEqual(await texts({name}), [
			`fault role ${name}: D2CM keeps something of its own by this name beside the results; choose another one`,
		]);
	}
});

test('what would fail later is found before anything costs money', async () => {
	assert.deepEqual(await texts({image: 'other'}), ['fault role R0: there is no image named other']);
	assert.deepEqual(await texts({image: 'ami-0a1b2c3d', user: 'ubuntu'}), []);
	assert.deepEqual(await texts({image: 'ami-worker'}), [
		'fault role R0: there is no image named ami-worker, and the id of an AMI ends in 8 to 17 hexadecimal digits',
	]);
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
	const idle = {asyncScripts: []};
	assert.deepEqual(await texts(idle, idle), [
		'remark no role runs anything: the run is over as soon as all instances are up',
	]);
	assert.deepEqual(await texts({}, idle), [], 'its instances are used by the other role');
	assert.deepEqual(await texts({asyncScripts: [], doneChecks: [{kind: 'file', path: '/x'}]}), [
		'remark role R0 runs no script of its own that could make its done checks hold',
	]);
});

test('all that is to be uploaded is walked: loops, links, special files and what is not there are told by name', async t => {
	const folder = await temporaryFolder(t);
	const input = join(folder, 'input');
	await mkdir(join(input, 'sub'), {recursive: true});
	await writeFile(join(input, 'sub', 'file'), '12345');
	await symlink('self', join(input, 'self'));
	await symlink('..', join(input, 'sub', 'loop'));
	await symlink('/etc/hostname', join(input, 'outside'));
	execFileSync('mkfifo', [join(input, 'pipe')]);
	execFileSync('truncate', ['-s', '5G', join(input, 'hole')]);
	await symlink('circle', join(folder, 'circle'));
	const uploads = [input, join(folder, 'circle'), '/dev/null'].map((local, index) => ({local, remote: `/x${index}`}));
	assert.deepEqual(await texts({uploads}), [
		`remark role R0, upload 1: ${input}/outside is a link to /etc/hostname, outside of the folder: what it points to is brought in its place`,
		`remark role R0, upload 1: ${input}/pipe is a pipe, socket or device, and is left out`,
		`remark role R0, upload 1: ${input}/self is a link that leads nowhere, to self`,
		`fault role R0, upload 2: ${folder}/circle cannot be read: it is a link that leads round in a circle`,
		'fault role R0, upload 3: /dev/null cannot be read: it is a pipe, socket or device',
	]);
	const [walk] = await walkUploads(template({uploads: uploads.slice(0, 1)}).roles);
	assert.equal(walk?.files, 3);
	assert.ok((walk?.bytes ?? 0) < 1_000_000, 'a hole is nothing to be sent');
});

test('thousands of uploads and paths are looked at in no time', async () => {
	const paths = Array.from({length: 8000}, (_, index) => `/data/${index}/out`);
	const uploads = paths.map(remote => ({local: '/etc/hostname', remote}));
	const begun = process.cpuUsage();
	assert.equal(
		(await texts({downloads: [...paths, '/data/7/out/'], uploads: [...uploads, ...uploads.slice(0, 1)]})).length,
		2,
	);
	assert.ok(process.cpuUsage(begun).user < 5_000_000, 'and not each compared with each');
});
