import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import {basename, dirname, join, posix} from 'node:path';
import {type TestContext, test} from 'node:test';
import {sshd} from '../../../../source/engine/guest/fix-ups/sshd.js';
import type {GuestDisk} from '../../../../source/engine/guest/guest-disk.js';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

type Files = Readonly<Record<string, string>>;

const diskOf = (files: Files): GuestDisk => ({
	fileSystem: 'ext4',
	uuid: 'test',
	stat: async path => {
		const size = files[path]?.length;
		return size === undefined ? undefined : {inode: 1, kind: 'file', mode: 0o644, uid: 0, gid: 0, size};
	},
	readFile: async path => (files[path] === undefined ? undefined : Buffer.from(files[path], 'latin1')),
	readChunks: () => {
		throw new Error('Nobody reads a large file here.');
	},
	list: async folder =>
		Object.keys(files)
			.filter(path => dirname(path) === folder)
			.map(path => basename(path)),
	readLink: async () => undefined,
});

const root = {
	...{number: 1, startBytes: 1_048_576, sizeBytes: 1e9, type: '83'},
	...{fileSystem: 'ext4', uuid: 'test', label: undefined, bootable: true},
};

/** The files as the fix-up leaves them. */
async function mended(files: Files): Promise<Files> {
	const after: Record<string, string> = {...files};
	for (const edit of await sshd.edits({disk: diskOf(files), report: {root, partitions: [root]}})) {
		if (edit.kind === 'write') {
			after[edit.path] = edit.content;
		}
	}

	return after;
}

/** As root sshd wants a folder that only the distribution's own start of it makes. */
const nobody = process.getuid?.() === 0;

/** What a real sshd with these files would say to each of two users. */
async function settingsOf(t: TestContext, files: Files, config: string): Promise<readonly string[]> {
	const folder = await temporaryFolder(t);
	await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
	for (const [path, text] of Object.entries(files)) {
		const file = join(folder, path);
		await mkdir(dirname(file), {recursive: true});
		await writeFile(file, text.replaceAll('/etc/ssh', `${folder}/etc/ssh`), 'latin1');
	}

	const said = await Promise.all(
		['root', 'worker'].map(async user => {
			const connection = `user=${user},host=neighbour,addr=10.77.0.9`;
			const args = ['sshd', '-T', '-h', join(folder, 'key'), '-f', join(folder, config), '-C', connection];
			return (await runProgram(nobody ? 'unshare' : 'env', [...(nobody ? ['--user'] : []), ...args])).stdout;
		}),
	);
	return said.map(text =>
		text
			.split('\n')
			.filter(line =>
				/^(permitrootlogin|pubkeyauthentication|passwordauth|kbdinteractive|authenticationmethods)/.test(line),
			)
			.toSorted()
			.join(', '),
	);
}

const byKeyOnly =
	/^authenticationmethods (any|publickey), kbdinteractiveauthentication no, passwordauthentication no, permitrootlogin (without|prohibit)-password, pubkeyauthentication yes$/;

const main = '/etc/ssh/sshd_config';
const include = 'Include /etc/ssh/sshd_config.d/*.conf\n';
const yes = 'PasswordAuthentication yes\nKbdInteractiveAuthentication yes\nPermitRootLogin yes\n';
const matches = `Match User worker\n${yes}Match Address 10.0.0.0/8\n\t${yes}\tPubkeyAuthentication no\n`;

const guests: Readonly<Record<string, Files>> = {
	'a Debian as it is installed': {[main]: `${include}KbdInteractiveAuthentication no\nUsePAM yes\n`},
	'drop-ins that allow it': {[main]: `${include}${yes}`, '/etc/ssh/sshd_config.d/50-cloud-init.conf': yes},
	'a drop-in that comes before ours': {[main]: include, '/etc/ssh/sshd_config.d/00-cloud.conf': `${yes}${matches}`},
	'drop-ins before every name of ours': {[main]: include, '/etc/ssh/sshd_config.d/!.conf': `${yes}${matches}`},
	'drop-ins that are read in the midst': {[main]: `${yes}${include}`, '/etc/ssh/sshd_config.d/a.conf': matches},
	'a Match block that allows it, after drop-ins': {[main]: `${include}${matches}`},
	'a Match block that allows it in a drop-in': {[main]: include, '/etc/ssh/sshd_config.d/a.conf': matches},
	'no drop-ins at all': {[main]: `Port 22\n${yes}`},
	'no drop-ins, and Match blocks': {[main]: `Port 22\n${yes}${matches}`},
	'a key and a password asked for together': {[main]: `${include}AuthenticationMethods publickey,password\n${yes}`},
	'only passwords asked for': {
		[main]: `AuthenticationMethods password\n${yes}Match all\nAuthenticationMethods password\n`,
	},
	'the configuration where SUSE has it': {'/usr/etc/ssh/sshd_config': `${include}${yes}`},
};

for (const [what, files] of Object.entries(guests)) {
	test(`nobody logs in to a copy by password, and everybody may by key: ${what}`, async t => {
		const config = Object.keys(files)[0] ?? '';
		const before = await settingsOf(t, files, config);
		const after = await mended(files);
		assert.ok(posix.isAbsolute(config));
		assert.ok(
			what.includes('as it is installed') || before.some(said => /(kbdi|password).* yes/.test(said)),
			before.join(),
		);
		for (const said of await settingsOf(t, after, config)) {
			assert.match(said, byKeyOnly);
		}

		assert.deepEqual(await mended(after), after, 'a copy of a copy is the same');
	});
}
