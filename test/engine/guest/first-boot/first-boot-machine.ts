import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {TestContext} from 'node:test';
import {promisify} from 'node:util';
import {projectFolder} from '../../../../source/engine/host/project-folder.js';

const run = promisify(execFile);
const script = join(projectFolder(), 'source/engine/guest/first-boot/d2cm-first-boot');

export type FirstBootMachine = {
	readonly folder: string;
	write(path: string, content: string | Uint8Array): Promise<void>;
	read(path: string): Promise<string>;
	/** Runs a step of the first-boot script on this machine and returns what it said. */
	step(name: string, environment?: Readonly<Record<string, string>>): Promise<string>;
	/** The calls of `ip` and `hostname` so far, one a line. */
	calls(): Promise<string>;
	/** What a reboot does: /run is empty again. */
	reboot(): Promise<void>;
};

/** A folder that looks like a desktop's root to the first-boot script; `ip` and `hostname` only write down their calls. */
export async function firstBootMachine(t: TestContext): Promise<FirstBootMachine> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-first-boot-'));
	t.after(async () => rm(folder, {recursive: true, force: true}));
	const write = async (path: string, content: string | Uint8Array) => {
		await mkdir(dirname(join(folder, path)), {recursive: true});
		await writeFile(join(folder, path), content);
	};
	for (const program of ['ip', 'hostname']) {
		await write(`stubs/${program}`, `#!/bin/sh\necho "${program} $*" >>"$D2CM_ROOT/calls"\n`);
		await chmod(join(folder, 'stubs', program), 0o755);
	}

	await run('ssh-keygen', ['-q', '-t', 'rsa', '-b', '1024', '-N', '', '-f', join(folder, 'baked')]);
	await write('etc/ssh/ssh_host_rsa_key', await readFile(join(folder, 'baked')));
	await write('etc/ssh/ssh_host_rsa_key.pub', await readFile(join(folder, 'baked.pub')));
	await write('etc/hostname', 'desktop\n');
	await write('etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tdesktop\n');
	await write('etc/machine-id', '');
	await write('root/.ssh/authorized_keys', 'ssh-ed25519 AAAAold scientist@desktop\n');

	return {
		folder,
		write,
		read: async path => readFile(join(folder, path), 'utf8'),
		async step(name, environment = {}) {
			const {stdout} = await run('sh', [script, name], {
				env: {
					PATH: `${join(folder, 'stubs')}:${process.env.PATH}`,
					D2CM_ROOT: folder,
					D2CM_METADATA_URL: 'http://127.0.0.1:9',
					D2CM_METADATA_SECONDS: '0',
					...environment,
				},
			});
			return stdout;
		},
		calls: async () => readFile(join(folder, 'calls'), 'utf8').catch(() => ''),
		reboot: async () => rm(join(folder, 'run'), {recursive: true, force: true}),
	};
}

/** Makes an OpenSSH key pair as the machines' host keys are made. */
export async function sampleHostKey(
	machine: FirstBootMachine,
	name = 'pinned',
): Promise<{privateKey: string; publicKey: string}> {
	await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'host', '-f', join(machine.folder, name)]);
	const publicKey = await machine.read(`${name}.pub`);
	return {privateKey: await machine.read(name), publicKey: publicKey.trim()};
}

export function userDataWith({privateKey, publicKey}: {privateKey: string; publicKey: string}): string {
	const block = privateKey
		.trim()
		.split('\n')
		.map(line => `      ${line}\n`);
	return `#cloud-config\ndisable_root: false\nssh_deletekeys: true\nssh_keys:\n    ed25519_private: |\n${block.join('')}    ed25519_public: ${publicKey}\n`;
}

/** A disk as the local cloud gives it: a ustar archive, padded to 1 MiB. */
export async function addSeedDisk(machine: FirstBootMachine, metaData: string, userData: string): Promise<void> {
	await machine.write('seed/d2cm-seed/meta-data', metaData);
	await machine.write('seed/d2cm-seed/user-data', userData);
	const device = join(machine.folder, 'dev', 'vdc');
	await mkdir(dirname(device), {recursive: true});
	const members = ['d2cm-seed/meta-data', 'd2cm-seed/user-data'];
	await run('tar', ['--format=ustar', '-cf', device, '-C', join(machine.folder, 'seed'), ...members]);
	await run('truncate', ['-s', '1M', device]);
	await machine.write('sys/block/vdc/size', '2048\n');
	await machine.write('sys/block/vda/size', '8388608\n');
}
