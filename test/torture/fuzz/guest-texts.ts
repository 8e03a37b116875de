import {initramfsNames} from '../../../source/engine/images/boot/initramfs-names.js';
import {fakeDebianFiles, fakeInitramfs} from '../../helpers/fake-debian.js';
import {guestThatSays, readAll} from '../../helpers/guest-that-says.js';
import {type Boundary, must, ours} from './boundary.js';
import {type Chance, type Grammar, mutateBytes, mutateText} from './mutate.js';

const files = fakeDebianFiles();
const debian = (path: string): string => String(files[path]);

/** The text files of a guest that are looked into, by the folder or name they have. */
const kinds: ReadonlyArray<Grammar & {readonly path: RegExp}> = [
	{
		path: /^\/etc\/fstab$/,
		texts: [
			debian('etc/fstab'),
			'/dev/sda1 / ext4 defaults 0 1\n/dev/sda5\tnone swap sw 0 0\nLABEL=data /srv\\040data xfs noauto,x-systemd.automount 0 2\nvm /media/vm vboxsf rw 0 0\nnas:/x /mnt nfs4 soft 0 0\n',
		],
		words: [
			'UUID=',
			'LABEL=',
			'PARTUUID=',
			'/dev/sda1',
			'/dev/nvme0n1p2',
			'/',
			'ext4',
			'defaults',
			'nofail',
			'\\040',
			'\\777',
			'#',
			',',
		],
	},
	{
		path: /^\/etc\/netplan\//,
		texts: [
			'network:\n  version: 2\n  renderer: NetworkManager\n',
			'network:\n  version: 2\n  ethernets:\n    enp0s3:\n      dhcp4: true\n    lan:\n      match: {name: "en*"}\n      addresses: [10.0.0.2/24]\n',
		],
		words: [
			'network:',
			'ethernets:',
			'bridges:',
			'match:',
			'name:',
			'dhcp4: true',
			'enp0s3:',
			'  ',
			'    ',
			'\t',
			'"e*"',
			'{',
			'- ',
		],
	},
	{
		path: /grub\.cfg$|menu\.lst$/,
		texts: [
			debian('boot/grub/grub.cfg'),
			`set default="\${saved_entry}"\nif [ x ] ; then\n set root='hd0,msdos1'\nfi\nsubmenu 'Advanced' --id adv {\n\tmenuentry "a" {\n\t\tlinux16 (hd0,1)/vmlinuz-6.1.0 $opts quiet\n\t\tinitrd /a /b\n\t}\n}\nblscfg\n`,
		],
		words: [
			'menuentry ',
			'submenu ',
			'set default=',
			'set a=$b',
			'linux ',
			'initrd ',
			'{',
			'}',
			"'",
			'"',
			'\\',
			'--id',
			'$',
			'blscfg',
			'function x {',
			'1>2',
		],
	},
	{
		path: /^\/boot\/loader\/entries\//,
		texts: [
			'title Fedora\nversion 6.5\nlinux /vmlinuz-6.1.0\ninitrd /initrd.img-6.1.0 $tuned\noptions root=UUID=1 ro $kernelopts\nid a-b\n',
		],
		words: ['title', 'linux', 'initrd', 'options', '$kernelopts', '$', ' '],
	},
	{
		path: /^\/boot\/(?:grub2?\/grubenv|extlinux|syslinux)/,
		texts: [
			'# GRUB Environment Block\nsaved_entry=a-b\nkernelopts=ro quiet\n',
			'DEFAULT a\nLABEL a\n KERNEL ../vmlinuz-6.1.0\n APPEND initrd=x root=/dev/sda1\n',
		],
		words: ['DEFAULT', 'LABEL', 'KERNEL', 'APPEND', 'INITRD', 'initrd=', 'saved_entry=', ' '],
	},
	{
		path: /^\/etc\/ssh\/sshd_config/,
		texts: [
			debian('etc/ssh/sshd_config'),
			'PermitRootLogin yes\nAllowUsers alice bob@10.0.0.1\nMatch User x\n\tPasswordAuthentication no\nInclude /etc/ssh/sshd_config.d/*.conf /etc/a\nPubkeyAuthentication=yes\n',
		],
		words: [
			'PermitRootLogin',
			'AllowUsers',
			'DenyGroups root',
			'Match ',
			'Include ',
			'/etc/ssh/sshd_config.d/*.conf',
			'*',
			'?',
			'[',
			'"',
			'=',
			' ',
		],
	},
	{
		path: /^\/etc\/network\/interfaces/,
		texts: [
			debian('etc/network/interfaces'),
			'source-directory interfaces.d\nauto lo eth0\niface eth0 inet static\n\taddress 10.0.0.2\n\tup ip r a \\\n  x\nmapping eth0\n map a\niface br0 inet6 manual\n',
		],
		words: ['auto', 'iface ', 'inet ', 'dhcp', 'static', 'allow-hotplug', 'mapping', 'source', 'lo', '\\\n', '\t', ' '],
	},
	{
		path: /^\/etc\/(?:NetworkManager|systemd\/network)\//,
		texts: [
			'[connection]\nid=a\ntype=ethernet\ninterface-name=enp0s3\n[ipv4]\nmethod=manual\naddress1=10.0.0.2/24\n',
			'[Match]\nName=en* eth0\n[Network]\nDHCP=yes\n[Link]\nMACAddress=02:00:00:00:00:01\n',
		],
		words: ['[connection]', '[ipv4]', '[Match]', 'type=ethernet', 'Name=', 'method=', 'DHCP=', 'MACAddress=', '[', ' '],
	},
	{
		path: /^\/etc\/(?:default\/grub|initramfs-tools|modules|dracut)/,
		texts: [
			'GRUB_DEFAULT=saved\nGRUB_CMDLINE_LINUX_DEFAULT="quiet splash"\nGRUB_CMDLINE_LINUX=\'a b\'\nGRUB_TIMEOUT=5\n',
			debian('etc/initramfs-tools/initramfs.conf'),
		],
		words: ['GRUB_CMDLINE_LINUX=', 'GRUB_TIMEOUT=', 'MODULES=', '"', "'", '$(x)', '\\', ' '],
	},
	{
		path: /os-release$|passwd$|\.rules$|^\/etc\/crypttab$|^\/lib\/modules\//,
		texts: [
			debian('usr/lib/os-release'),
			debian('etc/passwd'),
			'SUBSYSTEM=="net", ATTR{address}=="02:00:00:00:00:01", NAME="eth0"\n',
			'root_crypt UUID=1 none luks,discard\n',
			'kernel/fs/ext4/ext4.ko\nkernel/drivers/block/virtio_blk.ko:\n',
		],
		words: ['ID=', 'VERSION_ID=', 'PRETTY_NAME=', 'root:x:0:0:', ':', 'ATTR{address}', 'NAME=', 'luks', '"', ' '],
	},
];

/** Names of files in a folder, of which some are such as nobody gives. */
const namesFor = (odd: readonly string[]) => (folder: string) => {
	switch (folder) {
		case '/boot':
			return ['vmlinuz-6.1.0', 'initrd.img-6.1.0', ...odd.map(name => `vmlinuz-${name}`)];
		case '/lib/modules':
			return ['6.1.0', ...odd];
		default:
			return ['a', 'a.conf', 'a.yaml', 'a.network', 'a.link', 'a.nmconnection', '70-persistent-net.rules', ...odd];
	}
};

export const guestTexts: Boundary & {readonly name: 'guest-text'} = {
	name: 'guest-text',
	weight: 12,
	async open() {
		return {
			make(chance) {
				const texts = new Map(kinds.map(kind => [kind, chance.of(kind.texts)]));
				for (let left = chance.few(3); left > 0; left--) {
					const kind = chance.of(kinds);
					texts.set(kind, mutateText(chance, kind));
				}

				const odd = chance.is(0.1) ? [mutateText(chance, {texts: ['x.yaml', 'a.conf'], words: []}).slice(0, 200)] : [];
				const disk = guestThatSays(path => {
					const kind = kinds.find(other => other.path.test(path));
					return kind === undefined ? '' : texts.get(kind);
				}, namesFor(odd));
				const size = [...texts.values()].reduce((sum, text) => sum + text.length, 0);
				// What includes others, and what is in several folders, is read several times.
				return {size: 4 * size, run: async () => ours(async () => readAll(disk))};
			},
		};
	},
};

export const initramfs: Boundary & {readonly name: 'initramfs'} = {
	name: 'initramfs',
	weight: 4,
	async open() {
		const goods = (['zstd', 'gzip', 'none'] as const).map(compression => fakeInitramfs(undefined, compression));
		return {
			make(chance) {
				const bytes = mutateBytes(chance, chance.of(goods), chance.of(goods));
				const pieces = piecesOf(chance, bytes);
				return {
					// What is compressed may grow: the time it may take is said when it is asked for.
					size: bytes.length + 2 ** 20,
					async run() {
						let names = 0;
						const onName = (name: string) => {
							must(typeof name === 'string' && name.length <= 65_536, `A name of ${name.length} characters.`);
							return ++names > 10_000;
						};
						return initramfsNames(iterate(pieces), {onName, budgetMs: 250});
					},
				};
			},
		};
	},
};

/** As a reader may give them: in pieces of any length. */
function piecesOf(chance: Chance, bytes: Buffer): readonly Buffer[] {
	const length = chance.of([1 << 20, 4096, 512, 100]);
	return Array.from({length: Math.ceil(bytes.length / length)}, (_, index) =>
		bytes.subarray(index * length, (index + 1) * length),
	);
}

async function* iterate(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
	yield* pieces;
}
