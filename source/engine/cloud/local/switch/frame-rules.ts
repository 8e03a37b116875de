/** Who a guest is on the private network. */
export type Station = {
	readonly mac: number;
	/** Its IPv4 addresses, as numbers: that of the private card, and that of the card that goes out. */
	readonly addresses: readonly number[];
};

const etherHeader = 14;
const arp = 0x0806;
const ipv4 = 0x0800;
const icmp = 1;
const tcp = 6;
const udp = 17;
const dhcpServer = 67;
const dnsServer = 53;
const [finishesOpening, resets] = [0x10, 0x04];

/**
Says whether a guest may send this Ethernet frame: ARP and IPv4 in its own name, as a virtual private cloud lets pass. Nobody speaks for
another, and nobody gives out addresses or routes: answers of DHCP servers and all IPv6, router advertisements among it, are dropped.
*/
export function maySend(frame: Buffer, station: Station): boolean {
	if (frame.length < etherHeader + 20 || frame.readUIntBE(6, 6) !== station.mac) {
		return false;
	}

	switch (frame.readUInt16BE(12)) {
		case arp:
			return isOwnArp(frame.subarray(etherHeader), station);
		case ipv4:
			return isOwnPacket(frame.subarray(etherHeader), station);
		default:
			return false;
	}
}

function isOwnArp(packet: Buffer, {mac, addresses}: Station): boolean {
	// Ethernet and IPv4, with addresses of 6 and 4 bytes. A probe for an address that nobody has yet names no sender.
	return (
		packet.length >= 28 &&
		packet.readUIntBE(0, 6) === 0x0001_0800_0604 &&
		packet.readUIntBE(8, 6) === mac &&
		[0, ...addresses].includes(packet.readUInt32BE(14))
	);
}

function isOwnPacket(packet: Buffer, {addresses}: Station): boolean {
	const headerBytes = (packet.readUInt8(0) & 0x0f) * 4;
	const isWellFormed = packet.readUInt8(0) >> 4 === 4 && headerBytes >= 20;
	if (!isWellFormed || !addresses.includes(packet.readUInt32BE(12))) {
		return false;
	}

	const isLaterFragment = (packet.readUInt16BE(6) & 0x1fff) !== 0;
	if (packet.readUInt8(9) !== udp || isLaterFragment) {
		return true;
	}

	// A header that is cut could hide its ports.
	return packet.length >= headerBytes + 8 && packet.readUInt16BE(headerBytes) !== dhcpServer;
}

/** The network of the card that goes out, which a guest shares with nobody but QEMU. */
export type WayOut = {
	/** Lowest address of its eight. */
	readonly network: number;
	/** Where QEMU answers; to a connection there it would connect to this machine's own loopback. */
	readonly gateway: number;
	readonly nameServer: number;
};

/**
Says whether a guest may send this frame to the network outside: not to what listens on this machine's loopback interface, whatever address
means that to QEMU. What it is asked for over its forwarded port it may answer, and it may ask for its address and for names.
*/
export function mayLeave(frame: Buffer, {network, gateway, nameServer}: WayOut): boolean {
	if (frame.length < etherHeader + 20 || frame.readUInt16BE(12) !== ipv4) {
		return frame.length >= etherHeader && frame.readUInt16BE(12) === arp;
	}

	const packet = frame.subarray(etherHeader);
	const to = packet.readUInt32BE(16);
	const headerBytes = (packet.readUInt8(0) & 0x0f) * 4;
	const isHere = to >= network && to < network + 8;
	const firstByte = to >>> 24;
	if (firstByte === 0 || firstByte === 127) {
		return false;
	}

	if (!isHere && to !== 0xffff_ffff) {
		return true;
	}

	const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
	const protocol = packet.readUInt8(9);
	if (isFragment || headerBytes < 20 || packet.length < headerBytes + 8) {
		return false;
	}

	const port = packet.readUInt16BE(headerBytes + 2);
	switch (protocol) {
		case icmp:
			return isHere;
		case udp:
			return port === dhcpServer || (to === nameServer && port === dnsServer);
		case tcp:
			return (
				(to === nameServer && port === dnsServer) ||
				(to === gateway && packet.length >= headerBytes + 14 && isNoOpening(packet.readUInt8(headerBytes + 13)))
			);
		default:
			return false;
	}
}

/** QEMU takes nothing for the beginning of a connection that has one of these. */
const isNoOpening = (flags: number): boolean => (flags & (finishesOpening | resets)) !== 0;

/** An IPv4 address as the number that stands in a packet. */
export const addressNumber = (address: string): number =>
	address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

export const macNumber = (mac: string): number => Number.parseInt(mac.replaceAll(':', ''), 16);
