import {createHash} from 'node:crypto';
import {type Owner, tagNames} from '../cloud.js';
import type {InstanceRecord} from './instance-record.js';

/**
Where the QEMU of an instance awaits its switch, in the folder of the instance: with its card on the private network, with the card that goes
out, and with the way out itself.
*/
export const switchSockets = {private: 'private.sock', public: 'public.sock', outside: 'outside.sock'} as const;

/** Names the private network of one owner, so that every process that starts instances of this owner finds the same one. */
export const networkName = ({installation, launchKey}: Pick<Owner, 'installation' | 'launchKey'>): string =>
	ownerDigest(installation, launchKey).toString('hex', 0, 8);

/** The private network of an instance; undefined when it is an old one, of multicast packets. */
export function networkOf({network, tags}: Pick<InstanceRecord, 'network' | 'tags'>): string | undefined {
	return network === 'switch'
		? networkName({installation: tags[tagNames.installation] ?? '', launchKey: tags[tagNames.deployment] ?? ''})
		: undefined;
}

/**
What joins instances that an earlier version made: an Ethernet of multicast packets on the loopback interface. Whoever comes to them later
has to join it, too.
*/
export function multicastGroup({installation, launchKey}: Pick<Owner, 'installation' | 'launchKey'>): string {
	const digest = ownerDigest(installation, launchKey);
	const port = 20_000 + (digest.readUInt16BE(2) % 10_000);
	return `239.77.${digest.readUInt8(0)}.${digest.readUInt8(1)}:${port}`;
}

const ownerDigest = (installation: string, launchKey: string): Buffer =>
	createHash('sha256').update(`${installation}\n${launchKey}`).digest();

/** As many as there are outward networks for. */
const mostAddresses = 0x1_00_00 / 8;

/** The lowest addresses of 10.77.0.0/16 that are not taken, from 10.77.0.3 upward. */
export function freeAddresses(taken: ReadonlySet<string>, count: number): readonly string[] {
	const free: string[] = [];
	for (let number = 3; number < mostAddresses && free.length < count; number++) {
		const address = `10.77.${number >> 8}.${number & 0xff}`;
		if (!taken.has(address)) {
			free.push(address);
		}
	}

	if (free.length < count) {
		throw new RangeError('No private address is left.');
	}

	return free;
}

/** Holds the outward networks of all instances. Each guest reaches it over its private card, apart from its own outward network. */
export const outwardAddresses = '10.78.0.0/16';

/**
Returns the network of the card that goes out, and the address QEMU gives to the guest there by DHCP. Both are this
instance's alone and follow from its private address: a parallel program tells its peers every address it has, so what one
of them calls its own must not be another's, and has to be reached by all.
*/
export function outwardNetwork(privateAddress: string): OutwardNetwork {
	const [third = 0, fourth = 0] = privateAddress.split('.').slice(2).map(Number);
	const first = ((third << 8) | fourth) * 8;
	const address = (offset: number) => `10.78.${(first + offset) >> 8}.${(first + offset) & 0xff}`;
	return {first: address(0), gateway: address(2), nameServer: address(3), guest: address(5)};
}

/** Eight addresses. */
export type OutwardNetwork = {
	readonly first: string;
	/** Where QEMU answers as gateway. */
	readonly gateway: string;
	readonly nameServer: string;
	readonly guest: string;
};

export const hostNameOf = (address: string): string => `ip-${address.replaceAll('.', '-')}`;

/** Of the card on the private network: the address is in it, so it is unique there. */
export function privateMac(address: string): string {
	return mac([0x52, 0x54, ...address.split('.').map(Number)]);
}

/** Of the card that goes out; it is alone on its network. */
export function publicMac(instanceId: string): string {
	return mac([0x52, 0x54, 0x00, ...createHash('sha256').update(instanceId).digest().subarray(0, 3)]);
}

const mac = (bytes: readonly number[]): string => bytes.map(byte => byte.toString(16).padStart(2, '0')).join(':');
