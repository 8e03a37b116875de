import {addressNumber, macNumber} from '../../source/engine/cloud/local/switch/frame-rules.js';

/** Parts of a frame that a test changes; addresses are written as people write them. */
export type FrameParts = {
	readonly to?: string;
	readonly from: string;
	readonly type?: number;
	readonly payload: Buffer;
};

export const everybody = 'ff:ff:ff:ff:ff:ff';

export function ethernetFrame({to = everybody, from, type = 0x0800, payload}: FrameParts): Buffer {
	const header = Buffer.alloc(14);
	header.writeUIntBE(macNumber(to), 0, 6);
	header.writeUIntBE(macNumber(from), 6, 6);
	header.writeUInt16BE(type, 12);
	return Buffer.concat([header, payload]);
}

type PacketParts = {
	readonly source: string;
	readonly target?: string;
	readonly protocol?: number;
	readonly body?: Buffer;
	/** Flags and offset, as in the header. */
	readonly fragment?: number;
};

/** An IPv4 packet, by default of TCP. Sums are left at zero: nobody on the way looks at them. */
export function ipv4Packet({
	source,
	target = '10.77.0.4',
	protocol = 6,
	body = Buffer.alloc(20),
	fragment = 0,
}: PacketParts): Buffer {
	const header = Buffer.alloc(20);
	header[0] = 0x45;
	header.writeUInt16BE(20 + body.length, 2);
	header.writeUInt16BE(fragment, 6);
	header[8] = 64;
	header[9] = protocol;
	header.writeUInt32BE(addressNumber(source), 12);
	header.writeUInt32BE(addressNumber(target), 16);
	return Buffer.concat([header, body]);
}

export function udpDatagram(sourcePort: number, targetPort: number, bytes = 8): Buffer {
	const datagram = Buffer.alloc(8 + bytes);
	datagram.writeUInt16BE(sourcePort, 0);
	datagram.writeUInt16BE(targetPort, 2);
	datagram.writeUInt16BE(datagram.length, 4);
	return datagram;
}

export function arpPacket({mac, source, target = '10.77.0.4'}: Record<'mac' | 'source', string> & {target?: string}) {
	const packet = Buffer.alloc(28);
	packet.writeUIntBE(0x0001_0800_0604, 0, 6);
	packet.writeUInt16BE(1, 6);
	packet.writeUIntBE(macNumber(mac), 8, 6);
	packet.writeUInt32BE(addressNumber(source), 14);
	packet.writeUInt32BE(addressNumber(target), 24);
	return packet;
}

/** As QEMU puts a frame on a stream: its length first. */
export function onStream(frame: Buffer): Buffer {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(frame.length);
	return Buffer.concat([length, frame]);
}
