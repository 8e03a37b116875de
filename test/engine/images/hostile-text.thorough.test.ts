import assert from 'node:assert/strict';
import test from 'node:test';
import {allFixUps} from '../../../source/engine/guest/fix-ups/all-fix-ups.js';
import type {GuestDisk} from '../../../source/engine/guest/guest-disk.js';
import {findBootLoader} from '../../../source/engine/images/boot/find-boot-loader.js';
import {findKernels} from '../../../source/engine/images/boot/find-kernels.js';
import {findBoot} from '../../../source/engine/images/findings/find-boot.js';
import {findFstab} from '../../../source/engine/images/findings/find-fstab.js';
import {findNetwork} from '../../../source/engine/images/findings/find-network.js';
import {findSsh} from '../../../source/engine/images/findings/find-ssh.js';
import {findAgents, findSystem} from '../../../source/engine/images/findings/find-system.js';
import type {GuestFacts} from '../../../source/engine/images/findings/guest-facts.js';
import {readOsRelease} from '../../../source/engine/images/read-os-release.js';
import {readUsers} from '../../../source/engine/images/read-users.js';

/** A guest where every file there may be says the same. */
function guestThatSays(text: string): GuestDisk {
	const content = Buffer.from(text);
	const folders =
		/\/(conf\.d|entries|netplan|interfaces\.d|system-connections|network|rules\.d|sshd_config\.d|\w+\.wants)$|^\/boot$|^\/lib\/modules$/;
	return {
		fileSystem: 'ext4',
		uuid: '',
		stat: async path => ({
			inode: 12,
			kind: folders.test(path) ? 'folder' : 'file',
			mode: 0o644,
			uid: 0,
			gid: 0,
			size: content.length,
		}),
		readFile: async (_, mostBytes = 2 ** 20) => content.subarray(0, mostBytes),
		async *readChunks() {
			yield content;
		},
		list: async path => namesIn(path),
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
async function readAll(disk: GuestDisk): Promise<void> {
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

/** What is repeated, and where it matters what stands before and after it. */
const texts: ReadonlyArray<readonly [text: string, start?: string, end?: string]> = [
	['\n'],
	[' \n'],
	[' '],
	['\t', 'a', 'x'],
	['"'],
	["'"],
	['\\'],
	['\0'],
	['a '],
	['a='],
	[' ', 'GRUB_CMDLINE_LINUX=', 'x'],
	[' ', 'PermitRootLogin yes', 'x'],
	[' ', 'ID=a', 'x'],
	[' ', 'linux ', 'x'],
	[' ', 'options a', 'x'],
	[' ', 'label a', 'x'],
	['\n', 'network:\n ethernets:\n  a:\n   match:', 'x'],
	['\n', 'iface', 'x'],
	['[ipv4]\n'],
	['[Match]Name=a '],
	[' ethernets:\n'],
	['ethernets:\n  a:\n    match:\n'],
	['ATTR{address}NAME'],
	['iface a inet '],
	['menuentry x {\n'],
	['submenu x {\n'],
	['set a=$a$a\n'],
	['a=b\n'],
	['linux vmlinuz\n'],
	['GRUB_CMDLINE_LINUX="\n'],
	['Include /etc/ssh/sshd_config.d/*.conf\n'],
	['Include /a\n'],
	['/ / /\n'],
	['LABEL a\nKERNEL b\nAPPEND c\n'],
	['auto a\n'],
	['root:x:0:0::/root:/bin/bash\n'],
];

async function secondsFor(text: string): Promise<number> {
	const before = process.cpuUsage();
	await readAll(guestThatSays(text));
	const {user, system} = process.cpuUsage(before);
	return (user + system) / 1e6;
}

for (const [text, start = '', end = ''] of texts) {
	const name = JSON.stringify(`${start}${text}…${end}`);
	test(`${name} in every file of a guest takes time in proportion to its length`, {timeout: 60_000}, async () => {
		const of = (length: number) => secondsFor(start + text.repeat(length / text.length) + end);
		// What is quadratic takes many seconds for so much, each time; on a busy machine one time says little.
		const tries: string[] = [];
		while (tries.length < 3) {
			const once = await of(2 ** 16);
			const twice = await of(2 ** 17);
			if (twice < 1 || twice < 3 * once) {
				return;
			}

			tries.push(`${once.toFixed(2)} s, and ${twice.toFixed(2)} s for twice as much`);
		}

		assert.fail(tries.join('; '));
	});
}

test('80,000 submenus in each other are read to the end', async () => {
	await secondsFor('submenu x {\n'.repeat(80_000));
});
