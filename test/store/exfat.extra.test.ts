import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type TestContext} from 'node:test';
import {fileURLToPath} from 'node:url';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import type {Renamed} from '../../source/engine/ssh/shell.js';
import {ended} from '../helpers/child.js';
import {needsExfat} from '../helpers/needs.js';
import {privateMounts} from '../helpers/private-mounts.js';
import {sshdRoot} from '../helpers/sshd-deployment.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/**
A real exFAT, by FUSE, with no hard links, no symbolic links, no modes, and names that fold case. Mounting a disk image takes root.
`run` and `start` run JavaScript where it can be seen.
*/
async function exfat(t: TestContext, folder?: string) {
	const root = await temporaryFolder(t);
	const point = folder ?? join(root, 'exfat');
	await mkdir(point, {recursive: true});
	const image = join(root, 'disk.img');
	const [inside = '', ...options] = await privateMounts(
		t,
		`truncate -s 256M ${image}; mkfs.exfat ${image} >/dev/null; loop=$(losetup -f --show ${image}); mount.exfat-fuse $loop ${point} >/dev/null; losetup -d $loop`,
	);
	const words = (command: readonly string[]) => [...options, process.execPath, ...command];
	const env = {...process.env, D2CM_HOME: join(point, 'home')};
	return {
		folder: point,
		run(...command: readonly string[]) {
			const {status, stdout, stderr} = spawnSync(inside, words(command), {encoding: 'utf8', env});
			assert.equal(status, 0, stderr);
			return {stdout: stdout.trim(), stderr};
		},
		start: (...command: readonly string[]) => spawn(inside, words(command), {stdio: ['ignore', 'ignore', 'inherit']}),
	};
}

const helper = (name: string) => fileURLToPath(new URL(`../helpers/${name}`, import.meta.url));

test(
	'on exFAT many processes that die holding a lock, taken over by many at once, never hold it together',
	needsExfat,
	async t => {
		const {folder, run, start} = await exfat(t);
		const [lock, counter] = [join(folder, 'lock'), join(folder, 'counter')];
		run('-e', `fs.writeFileSync('${counter}', '0')`);
		const children = Array.from({length: 8}, () => start(helper('contend-for-lock.js'), lock, counter, '10'));
		const ends = new Set(await Promise.all(children.map(ended)));
		assert.deepEqual([...ends], ['SIGKILL']);
		assert.equal(run('-p', `fs.readFileSync('${counter}', 'utf8')`).stdout, String(8 * 10));
	},
);

test('a data folder on exFAT is made and used, and it is said that others may read it', needsExfat, async t => {
	const {run} = await exfat(t);
	const program = join(projectFolder(), 'dist', 'd2cm.js');
	run(program, 'template', 'import', join(projectFolder(), 'examples', 'experiment', 'experiment.yaml'));
	const {stdout, stderr} = run(program, 'template', 'list');
	assert.match(stdout, /experiment/);
	assert.match(stderr, /keeps no permissions: other users of this machine may read the keys in it\./);
});

test('a deployment whose folder is on exFAT is done, its results verified', needsExfat, async t => {
	const root = await sshdRoot(t);
	const {run} = await exfat(t, join(root, 'job'));
	assert.equal(run(helper('run-sshd-job.js'), root).stdout, 'worked');
	const {stdout} = run('-p', `fs.readFileSync('${root}/job/journal.jsonl', 'utf8')`);
	assert.match(stdout, /"state":"COMPLETED"/);
	assert.match(run('-p', `fs.readdirSync('${root}/job').join()`).stdout, /SHA256SUMS/);
});

test(
	'results whose names exFAT takes for one, or cannot hold, all come home there, each with its own content',
	needsExfat,
	async t => {
		const {folder, run} = await exfat(t);
		const {files, renamed} = JSON.parse(run(helper('bring-odd-names-home.js'), folder).stdout);
		assert.equal(files, 11);
		const original = new Map<string, string>(renamed.map(({path, remote}: Renamed) => [path, remote]));
		const list = `fs.readdirSync('${folder}/results', {recursive: true, withFileTypes: true}).filter(entry => entry.isFile())`;
		const pairs = `${list}.map(({parentPath, name}) => [parentPath + '/' + name, fs.readFileSync(parentPath + '/' + name, 'utf8').replaceAll('\\0', '')])`;
		const found: ReadonlyArray<readonly [string, string]> = JSON.parse(run('-p', `JSON.stringify(${pairs})`).stdout);
		const contents = found.map(([path, content]) => {
			const here = path.slice(folder.length + 1);
			return [original.get(here) ?? here.replace('results/', ''), content];
		});
		assert.equal(contents.length, 11);
		for (const [name, content] of contents) {
			assert.equal(content, name);
		}

		assert.equal(new Set(contents.map(([name]) => name?.normalize('NFC').toLowerCase())).size, 6);
	},
);
