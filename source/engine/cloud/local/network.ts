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

/** The lowest addresses of 10.77.0.0/16 that are not taken, from 10.77.0.3 upward. */
export function freeAddresses(taken: ReadonlySet<string>, count: number): readonly string[] {
	const free: string[] = [];
	for (let number = 3; number < 0xff_fe && free.length < count; number++) {
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
