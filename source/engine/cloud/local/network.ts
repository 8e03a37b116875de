import {createHash} from 'node:crypto';
import type {Owner} from '../cloud.js';

/** The private network of one owner: an Ethernet of multicast packets on the loopback interface. */
export type PrivateNetwork = {readonly group: string; readonly port: number};

/** Derived, so that every process that starts instances of this owner finds the same one. */
export function privateNetwork({installation, launchKey}: Pick<Owner, 'installation' | 'launchKey'>): PrivateNetwork {
	const digest = createHash('sha256').update(`${installation}\n${launchKey}`).digest();
	return {
		group: `239.77.${digest.readUInt8(0)}.${digest.readUInt8(1)}`,
		port: 20_000 + (digest.readUInt16BE(2) % 10_000),
	};
}

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
export function outwardNetwork(privateAddress: string): {readonly network: string; readonly guest: string} {
	const [third = 0, fourth = 0] = privateAddress.split('.').slice(2).map(Number);
	const first = ((third << 8) | fourth) * 8;
	const address = (offset: number) => `10.78.${(first + offset) >> 8}.${(first + offset) & 0xff}`;
	// QEMU itself answers at the second and third address, as gateway and as name server.
	return {network: `${address(0)}/29`, guest: address(5)};
}

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
