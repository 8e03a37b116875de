import type {GuestDisk} from '../../guest/guest-disk.js';
import type {Finding} from '../image-report.js';
import {readText} from '../read-text.js';
import {findLinks} from './find-links.js';
import type {GuestFacts} from './guest-facts.js';

type NetworkSetting = {
	readonly by: 'ifupdown' | 'NetworkManager' | 'netplan' | 'systemd-networkd';
	readonly file: string;
	/** A name such as `enp0s3`, or a pattern; undefined when it is for any. */
	readonly nic: string | undefined;
	/** `dhcp`, `static`, or as written. */
	readonly method: string;
};

const mostFiles = 64;
const wants = '/etc/systemd/system';

/** Finds who configures the network, for which network cards, and names pinned to the old card's address. */
export async function findNetwork({disk}: GuestFacts): Promise<readonly Finding[]> {
	const settings = [
		...(await readIfupdown(disk)),
		...(await readNetworkManager(disk)),
		...(await readNetplan(disk)),
		...(await readNetworkd(disk)),
	].filter(({nic}) => nic !== 'lo');
	const managers = [...new Set([...settings.map(({by}) => by), ...(await findManagers(disk))])];
	const fixed = [...new Set(settings.flatMap(({nic}) => (nic && !/[*?[]/.test(nic) ? [nic] : [])))];
	const fitting = settings.some(
		({nic, method}) => (nic === undefined || /^(?:\*|en?\*|eth\*)/.test(nic)) && method === 'dhcp',
	);
	const hasStatic = settings.some(({method}) => method === 'static' || method === 'manual');
	const data = {managers, settings, nics: fixed};
	const pinned = await findPinnedNames(disk);
	if (fitting && fixed.length === 0 && !hasStatic) {
		return [
			{
				subject: 'network',
				found: `Any network card gets its address by DHCP (${managers.join(', ')}).`,
				verdict: 'fits',
				data,
			},
			...pinned,
		];
	}

	const found =
		fixed.length > 0
			? `The network is set up for the network card ${fixed.join(', ')} only (${managers.join(', ')}).`
			: managers.length > 0
				? `The network is left to ${managers.join(' and ')}, which may not set up a server's network card at boot.`
				: 'Nothing sets up the network.';
	return [
		{
			subject: 'network',
			found,
			verdict: 'will-be-fixed',
			remark: 'Every network card will get its address by DHCP, whatever its name.',
			data,
		},
		...pinned,
	];
}

async function readIfupdown(disk: GuestDisk): Promise<readonly NetworkSetting[]> {
	const folder = '/etc/network/interfaces.d';
	const files = ['/etc/network/interfaces', ...(await filesIn(disk, folder, /^[\w-]+$/))];
	return readEach(disk, files, (text, file) =>
		[...text.matchAll(/^[ \t]*iface\s+(\S+)\s+inet6?\s+(\S+)/gm)].map(([, nic = '', method = '']) => ({
			by: 'ifupdown',
			file,
			nic,
			method,
		})),
	);
}

async function readNetworkManager(disk: GuestDisk): Promise<readonly NetworkSetting[]> {
	const files = await filesIn(disk, '/etc/NetworkManager/system-connections', /./);
	return readEach(disk, files, (text, file) => {
		if (!/^type=(?:ethernet|802-3-ethernet)/m.test(text)) {
			return [];
		}

		const nic = /^interface-name=(.+)$/m.exec(text)?.[1] ?? /^mac-address=(.+)$/m.exec(text)?.[1];
		const method = /\[ipv4\][^[]*?^method=(\w+)/ms.exec(text)?.[1];
		return [{by: 'NetworkManager', file, nic: nic?.trim(), method: method === 'manual' ? 'static' : 'dhcp'}];
	});
}

async function readNetplan(disk: GuestDisk): Promise<readonly NetworkSetting[]> {
	const files = await filesIn(disk, '/etc/netplan', /\.ya?ml$/);
	return readEach(disk, files, (text, file) => {
		const section = sectionAfter(text, /^[ \t]*ethernets:/);
		const indent = /^[ \t]+/m.exec(section)?.[0] ?? ' ';
		const names = [...section.matchAll(new RegExp(`^${indent}([\\w.*"'-]+):[ \\t]*$`, 'gm'))];
		return names.map(([, name = ''], index) => {
			const body = section.slice(names[index]?.index, names[index + 1]?.index);
			const match = /match:\s*(?:\{\s*)?name:\s*["']?([^"'\s},]+)/.exec(body)?.[1];
			const method = /dhcp4:\s*(?:true|yes|on)\b/.test(body) ? 'dhcp' : 'static';
			return {by: 'netplan', file, nic: match ?? name.replaceAll(/["']/g, ''), method};
		});
	});
}

/** The lines after the first one like this, as long as they are indented or empty. */
function sectionAfter(text: string, heading: RegExp): string {
	const lines = text.split('\n');
	const start = lines.findIndex(line => heading.test(line)) + 1;
	const length = lines.slice(start).findIndex(line => /^[^ \t\r]/.test(line));
	return start === 0 ? '' : lines.slice(start, length < 0 ? undefined : start + length).join('\n');
}

async function readNetworkd(disk: GuestDisk): Promise<readonly NetworkSetting[]> {
	const files = await filesIn(disk, '/etc/systemd/network', /\.network$/);
	return readEach(disk, files, (text, file) => {
		const [, match = ''] = /\[Match\]([^[]*)/.exec(text) ?? [];
		const names = /^Name=(.+)$/m.exec(match)?.[1]?.trim().split(/\s+/);
		const address = /^MACAddress=(.+)$/m.exec(match)?.[1];
		const method = /^DHCP=(?:yes|ipv4|true)/m.test(text) ? 'dhcp' : 'static';
		const nics: ReadonlyArray<string | undefined> = names ?? [address];
		return nics.map(nic => ({by: 'systemd-networkd', file, nic, method}));
	});
}

/** Managers that run even when no file of theirs names a card. */
async function findManagers(disk: GuestDisk): Promise<ReadonlyArray<NetworkSetting['by']>> {
	const found = await findLinks(disk, [
		`${wants}/multi-user.target.wants/NetworkManager.service`,
		`${wants}/multi-user.target.wants/systemd-networkd.service`,
	]);
	return found.map(path => (path.endsWith('/NetworkManager.service') ? 'NetworkManager' : 'systemd-networkd'));
}

/** Rules that give a name to the network card with the old machine's hardware address. */
async function findPinnedNames(disk: GuestDisk): Promise<readonly Finding[]> {
	const rules = await filesIn(disk, '/etc/udev/rules.d', /persistent-net.*\.rules$/);
	const links = await filesIn(disk, '/etc/systemd/network', /\.link$/);
	const pinned = await readEach(disk, [...rules, ...links], (text, file) =>
		text.split('\n').some(pinsName) || /^(?:Permanent)?MACAddress=/m.test(text) ? [file] : [],
	);
	return pinned.length === 0
		? []
		: [
				{
					subject: 'persistent-net',
					found: `Network card names are pinned to the old hardware addresses in ${pinned.join(', ')}.`,
					verdict: 'will-be-fixed',
					remark: 'These rules will be put aside.',
					data: {files: pinned},
				},
			];
}

function pinsName(rule: string): boolean {
	const [before = '', ...after] = rule.split('ATTR{address}');
	return !before.includes('#') && after.some(part => /NAME\s*=/.test(part));
}

async function filesIn(disk: GuestDisk, folder: string, pattern: RegExp): Promise<readonly string[]> {
	const names = (await disk.list(folder)).filter(name => pattern.test(name)).toSorted();
	return names.slice(0, mostFiles).map(name => `${folder}/${name}`);
}

async function readEach<Item>(
	disk: GuestDisk,
	files: readonly string[],
	parse: (text: string, file: string) => readonly Item[],
): Promise<readonly Item[]> {
	const items: Item[] = [];
	for (const file of files) {
		items.push(...parse((await readText(disk, file)) ?? '', file));
	}

	return items;
}
