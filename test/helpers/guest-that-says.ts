import {allFixUps} from '../../source/engine/guest/fix-ups/all-fix-ups.js';
import type {GuestDisk} from '../../source/engine/guest/guest-disk.js';
import {findBootLoader} from '../../source/engine/images/boot/find-boot-loader.js';
import {findKernels} from '../../source/engine/images/boot/find-kernels.js';
import {findBoot} from '../../source/engine/images/findings/find-boot.js';
import {findFstab} from '../../source/engine/images/findings/find-fstab.js';
import {findNetwork} from '../../source/engine/images/findings/find-network.js';
import {findSsh} from '../../source/engine/images/findings/find-ssh.js';
import {findAgents, findSystem} from '../../source/engine/images/findings/find-system.js';
import type {GuestFacts} from '../../source/engine/images/findings/guest-facts.js';
import {readOsRelease} from '../../source/engine/images/read-os-release.js';
import {readUsers} from '../../source/engine/images/read-users.js';

/** A guest where every file there may be says the same, or what its path is told to: undefined is not there. */
export function guestThatSays(
	text: string | ((path: string) => string | Buffer | undefined),
	names: (folder: string) => readonly string[] = namesIn,
): GuestDisk {
	const contentOf = (path: string) => {
		const content = typeof text === 'string' ? text : text(path);
		return typeof content === 'string' ? Buffer.from(content) : content;
	};
	const folders =
		/\/(conf\.d|entries|netplan|interfaces\.d|system-connections|network|rules\.d|sshd_config\.d|\w+\.wants)$|^\/boot$|^\/lib\/modules$/;
	return {
		fileSystem: 'ext4',
		uuid: '',
		async stat(path) {
			const kind = folders.test(path) ? 'folder' : 'file';
			const content = contentOf(path);
			return kind === 'file' && content === undefined
				? undefined
				: {inode: 12, kind, mode: 0o644, uid: 0, gid: 0, size: content?.length ?? 0};
		},
		readFile: async (path, mostBytes = 2 ** 20) => contentOf(path)?.subarray(0, mostBytes),
		async *readChunks(path) {
			yield contentOf(path) ?? Buffer.alloc(0);
		},
		list: async path => names(path),
		readLink: async () => undefined,
	};
}

function namesIn(folder: string): readonly string[] {
	switch (folder) {
		case '/boot':
			return ['vmlinuz-6.1.0', 'initrd.img-6.1.0'];
		case '/lib/modules':
			return ['6.1.0'];
		default:
			return ['a', 'a.conf', 'a.yaml', 'a.network', 'a.link', 'a.nmconnection', '70-persistent-net.rules'];
	}
}

/** All that an inspection and a migration read out of the text files of a guest. */
export async function readAll(disk: GuestDisk): Promise<void> {
	const root = {
		number: 1,
		uuid: 'x',
		label: undefined,
		fileSystem: 'ext4',
		startBytes: 0,
		sizeBytes: 1,
		type: '83',
		bootable: true,
	};
	await readOsRelease(disk);
	await readUsers(disk);
	const loader = await findBootLoader(disk);
	const kernels = await findKernels(disk, loader, 1000);
	const facts = {
		disk,
		superblock: {},
		vdi: {},
		table: {bootCode: Buffer.alloc(440)},
		partitions: [root],
		root,
		architecture: 'x86_64',
		bootMode: 'legacy-bios',
		loader,
		kernels,
	} as unknown as GuestFacts;
	for (const make of [findSystem, findBoot, findFstab, findNetwork, findSsh, findAgents]) {
		await make(facts);
	}

	for (const fixUp of allFixUps) {
		await fixUp.edits({disk, report: {root, partitions: [root]}});
	}
}
