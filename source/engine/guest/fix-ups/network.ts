import type {GuestDisk, GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';
import {fixInterfaces} from './interfaces.js';
import {putAside, rewrite} from './rewrite.js';
import {systemUnit} from './system-unit.js';
import {wantedUnits} from './wanted-units.js';

const networkdFile = '/etc/systemd/network/06-d2cm-cloud.network';

export const network: FixUp = {
	name: 'network',
	what: 'Every network card of the cloud gets its address by DHCP, whatever its name.',
	why: 'A desktop sets up one card by its name; in a cloud the card has another.',
	async edits({disk}) {
		const hasNetworkManager = (await systemUnit(disk, 'NetworkManager.service')) !== undefined;
		const netplanFiles = (await disk.list('/etc/netplan')).filter(name => name.endsWith('.yaml'));
		const usesNetworkd = (await wantedUnits(disk)).some(path => path.endsWith('/systemd-networkd.service'));
		const edits: GuestEdit[] = [...(await fixIfupdown(disk))];
		if (hasNetworkManager) {
			edits.push(...networkManagerProfile);
		}

		if (netplanFiles.length > 0) {
			edits.push(...(await fixNetplan(disk, netplanFiles, hasNetworkManager)));
		} else if (usesNetworkd) {
			edits.push({kind: 'write', path: networkdFile, content: networkdProfile, mode: 0o644});
		} else if (!hasNetworkManager && (await disk.stat('/sbin/ifup'))) {
			// Our rule for network cards then hands each of them to ifupdown.
			edits.push({kind: 'write', path: '/etc/d2cm/dhcp-by-ifupdown', content: '', mode: 0o644});
		} else if (!hasNetworkManager) {
			edits.push(...(await enableNetworkd(disk)));
		}

		return edits;
	},
};

const networkdProfile =
	'# d2cm: the card of the cloud.\n[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n\n[DHCPv4]\nClientIdentifier=mac\n';

/** NetworkManager reads profiles only from files that nobody else may read. */
const networkManagerProfile: readonly GuestEdit[] = [
	{
		kind: 'write',
		path: '/etc/NetworkManager/system-connections/d2cm-cloud.nmconnection',
		content:
			'[connection]\nid=d2cm-cloud\ntype=ethernet\nautoconnect-priority=100\nmulti-connect=3\n\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n',
		mode: 0o600,
	},
];

async function fixIfupdown(disk: GuestDisk): Promise<readonly GuestEdit[]> {
	const edits = [...(await rewrite(disk, '/etc/network/interfaces', text => fixInterfaces(text, {isMain: true})))];
	for (const name of await disk.list('/etc/network/interfaces.d')) {
		edits.push(
			...(await rewrite(disk, `/etc/network/interfaces.d/${name}`, text => fixInterfaces(text, {isMain: false}))),
		);
	}

	return edits;
}

async function fixNetplan(
	disk: GuestDisk,
	names: readonly string[],
	hasNetworkManager: boolean,
): Promise<readonly GuestEdit[]> {
	const own = '/etc/netplan/90-d2cm.yaml';
	const edits: GuestEdit[] = [];
	for (const path of names.map(name => `/etc/netplan/${name}`).filter(path => path !== own)) {
		const text = (await disk.readFile(path))?.toString('latin1') ?? '';
		// One that names no card only says who is in charge.
		if (/^[ \t]*(ethernets|bridges|bonds|vlans|wifis)[ \t]*:/m.test(text)) {
			edits.push(...putAside(path));
		}
	}

	const renderer = hasNetworkManager ? 'NetworkManager' : 'networkd';
	const content = `network:\n  version: 2\n  renderer: ${renderer}\n  ethernets:\n    d2cm-cloud:\n      match:\n        name: "e*"\n      dhcp4: true\n      optional: true\n`;
	return [...edits, ...(hasNetworkManager ? [] : [{kind: 'write' as const, path: own, content, mode: 0o600}])];
}

async function enableNetworkd(disk: GuestDisk): Promise<readonly GuestEdit[]> {
	const target = await systemUnit(disk, 'systemd-networkd.service');
	return target === undefined || (await disk.stat('/etc/init.d/dhcpcd')) !== undefined
		? []
		: [
				{kind: 'write', path: networkdFile, content: networkdProfile, mode: 0o644},
				{kind: 'link', path: '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service', target},
			];
}
