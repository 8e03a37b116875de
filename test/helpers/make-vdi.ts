import {open, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runProgram} from '../../source/engine/host/run-program.js';
import {fakeRootUuid} from './fake-debian.js';

export type VdiPlan = {
	/** Script for sfdisk; the default is one bootable Linux partition from 1 MiB on. */
	readonly table?: string;
	readonly diskMib?: number;
	/** Where each file system goes. */
	readonly fileSystems?: readonly FileSystemPlan[];
	readonly kind?: 'dynamic' | 'static';
	/** Written to the first bytes, as a boot loader would. */
	readonly bootCode?: string;
};

export type FileSystemPlan = {
	/** Folder whose content it gets. */
	readonly tree?: string;
	readonly startMib: number;
	readonly sizeMib: number;
	/** For mke2fs, e.g. `['-t', 'ext3', '-b', '1024']`. */
	readonly options?: readonly string[];
};

export const oneRoot = 'start=1MiB, type=83, bootable\n';

/** Makes a disk with real tools: `NAME.raw`, and `NAME.vdi` from it. */
export async function makeVdi(folder: string, name: string, plan: VdiPlan): Promise<{raw: string; vdi: string}> {
	const {table = oneRoot, diskMib = 24, fileSystems = [], kind = 'dynamic', bootCode = 'GRUB'} = plan;
	const raw = join(folder, `${name}.raw`);
	const vdi = join(folder, `${name}.vdi`);
	await writeFile(raw, '');
	await truncate(raw, diskMib * 1024 * 1024);
	if (table !== '') {
		await runProgram('sfdisk', ['-q', '--no-reread', '--no-tell-kernel', raw], {input: table});
	}

	if (bootCode !== '') {
		const handle = await open(raw, 'r+');
		await handle.write(bootCode, 0x180);
		await handle.close();
	}

	for (const {tree, startMib, sizeMib, options = ['-t', 'ext4']} of fileSystems) {
		await runProgram('mke2fs', [
			...['-q', '-F', '-U', fakeRootUuid, '-E', `offset=${startMib * 1024 * 1024}`],
			...options,
			...(tree ? ['-d', tree] : []),
			...[raw, `${sizeMib}M`],
		]);
	}

	await toVdi(raw, vdi, kind);
	return {raw, vdi};
}

export async function toVdi(raw: string, vdi: string, kind: 'dynamic' | 'static' = 'dynamic'): Promise<void> {
	const options = kind === 'static' ? ['-o', 'static=on'] : [];
	await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', ...options, raw, vdi]);
}
