import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {LocalImage} from '../cloud/local/local-image.js';
import {consoleArguments} from '../guest/fix-ups/serial-console.js';
import type {OpenGuest} from '../images/open-guest.js';
import {cpioSegment} from './fast-start/cpio-segment.js';
import {fastInit, fastInitPath} from './fast-start/fast-init.js';

export type CopiedKernel = {readonly release: string; readonly boot: NonNullable<LocalImage['boot']>};

/**
Copies the kernel that the boot loader would start out of the guest, with its initramfs, so that the local cloud can start
it without the boot loader. Undefined when the boot loader's choice is not plain.
*/
export async function copyKernel({report, disk}: OpenGuest, folder: string): Promise<CopiedKernel | undefined> {
	const chosen = report.kernels.find(({isDefault}) => isDefault);
	if (!chosen?.initramfs || chosen.commandLine === undefined || report.root.uuid === undefined) {
		return undefined;
	}

	const guestLine = commandLineFor(chosen.commandLine, report.root.uuid);
	const fast = await fastStart({report, disk});
	const commandLine = fast ? `${guestLine} rdinit=${fastInitPath}` : guestLine;
	const boot = {kernel: 'vmlinuz', initramfs: 'initrd.img', commandLine} as const;
	await pipeline(disk.readChunks(chosen.kernel), createWriteStream(join(folder, boot.kernel), {mode: 0o600}));
	const initramfs = createWriteStream(join(folder, boot.initramfs), {mode: 0o600});
	initramfs.write(fast ?? '');
	await pipeline(disk.readChunks(chosen.initramfs), initramfs);
	return {release: chosen.release, boot};
}

/** What is put before the guest's initramfs, so that it need not search for its root. Undefined where that would not fit. */
async function fastStart({report: {root}, disk}: Pick<OpenGuest, 'report' | 'disk'>): Promise<Buffer | undefined> {
	const isPlain = root.fileSystem === 'ext4' && root.uuid !== undefined && /^[0-9a-f-]{36}$/.test(root.uuid);
	const isInitramfsTools = (await disk.stat('/usr/share/initramfs-tools/init'))?.kind === 'file';
	return isPlain && isInitramfsTools
		? cpioSegment({[fastInitPath.slice(1)]: fastInit({partition: root.number, uuid: root.uuid})})
		: undefined;
}

/** The guest's own command line with the root by UUID and a serial console. */
export function commandLineFor(commandLine: string, rootUuid: string): string {
	const words = commandLine.split(/\s+/).filter(word => word !== '' && !word.startsWith('BOOT_IMAGE='));
	const withRoot = words.map(word => (/^root=\/dev\/(?!mapper\/)/.test(word) ? `root=UUID=${rootUuid}` : word));
	const hasRoot = withRoot.some(word => word.startsWith('root='));
	const hasConsole = withRoot.some(word => word.startsWith('console=ttyS0'));
	return [...(hasRoot ? [] : [`root=UUID=${rootUuid}`]), ...withRoot, ...(hasConsole ? [] : [consoleArguments])].join(
		' ',
	);
}
