import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	addressNumber,
	macNumber,
	mayLeave,
	maySend,
} from '../../../../../source/engine/cloud/local/switch/frame-rules.js';
import {arpPacket, ethernetFrame, ipv4Packet, udpDatagram} from '../../../../helpers/ethernet-frames.js';
import {seededRandom} from '../../../../helpers/seeded-random.js';

const mac = '52:54:0a:4d:00:03';
const another = '52:54:0a:4d:00:04';
const source = '10.77.0.3';
const station = {mac: macNumber(mac), addresses: [source, '10.78.0.29'].map(addressNumber)};
const ip = (parts: Partial<Parameters<typeof ipv4Packet>[0]>, from = mac) =>
	ethernetFrame({from, payload: ipv4Packet({source, ...parts})});
const arp = (parts: Partial<Parameters<typeof arpPacket>[0]>, from = mac) =>
	ethernetFrame({from, type: 0x0806, payload: arpPacket({mac, source, ...parts})});
const udp = 17;
const firstFragment = 0x2000;

for (const [what, frame] of Object.entries({
	'TCP from its private address': ip({}),
	'TCP from the address of its card that goes out': ip({source: '10.78.0.29'}),
	'UDP, also a question to a DHCP server': ip({protocol: udp, body: udpDatagram(68, 67)}),
	'a first fragment, and a later one': ip({protocol: udp, body: udpDatagram(9, 9), fragment: firstFragment}),
	'a later fragment, whatever its bytes look like': ip({protocol: udp, body: udpDatagram(67, 68), fragment: 1}),
	'ARP in its own name': arp({}),
	'ARP for its other address': arp({source: '10.78.0.29'}),
	'ARP that asks whether an address is taken': arp({source: '0.0.0.0'}),
})) {
	test(`a guest may send ${what}`, () => assert.equal(maySend(frame, station), true));
}

for (const [what, frame] of Object.entries({
	'by the MAC of another guest': ip({}, another),
	'from the address of another guest': ip({source: '10.77.0.4'}),
	'from an address outside': ip({source: '192.0.2.1'}),
	'ARP that gives the address of another guest to itself': arp({source: '10.77.0.4'}),
	'ARP that gives its address to another MAC': arp({mac: another}),
	'ARP that is cut': arp({}).subarray(0, 14 + 27),
	'an answer of a DHCP server': ip({protocol: udp, body: udpDatagram(67, 68)}),
	'an answer of a DHCP server in fragments': ip({protocol: udp, body: udpDatagram(67, 68), fragment: firstFragment}),
	'UDP whose ports are cut off': ip({protocol: udp, body: Buffer.alloc(2), fragment: firstFragment}),
	'an IPv6 router advertisement': ethernetFrame({
		to: '33:33:00:00:00:01',
		from: mac,
		type: 0x86dd,
		payload: Buffer.alloc(60),
	}),
	'a frame with a VLAN tag': ethernetFrame({from: mac, type: 0x8100, payload: ip({}).subarray(12)}),
	'an IPv4 header of another version': ethernetFrame({from: mac, payload: Buffer.alloc(40, 0x65)}),
	'too little': Buffer.alloc(13),
	nothing: Buffer.alloc(0),
})) {
	test(`a guest may not send ${what}`, () => assert.equal(maySend(frame, station), false));
}

const [gateway, nameServer] = ['10.78.0.26', '10.78.0.27'];
const wayOut = {
	network: addressNumber('10.78.0.24'),
	gateway: addressNumber(gateway),
	nameServer: addressNumber(nameServer),
};
const tcpWith = (flags: number, port = 22) => {
	const header = Buffer.alloc(20);
	header.writeUInt16BE(22, 0);
	header.writeUInt16BE(port, 2);
	header[13] = flags;
	return header;
};
const [syn, ack, fin, rst, push, urgent, ecn] = [0x02, 0x10, 0x01, 0x04, 0x08, 0x20, 0xc0];

for (const [what, frame] of Object.entries({
	'a connection to the world': ip({target: '192.0.2.1', body: tcpWith(syn, 443)}),
	'UDP to the world': ip({target: '192.0.2.1', protocol: udp, body: udpDatagram(9, 123)}),
	'a fragment to the world': ip({target: '192.0.2.1', fragment: 5}),
	'its answer to a connection that came over its forwarded port': ip({target: gateway, body: tcpWith(syn | ack)}),
	'the end of that connection': ip({target: gateway, body: tcpWith(fin | ack)}),
	'a reset of it': ip({target: gateway, body: tcpWith(rst)}),
	'a question for its address, to all': ip({
		source: '0.0.0.0',
		target: '255.255.255.255',
		protocol: udp,
		body: udpDatagram(68, 67),
	}),
	'a question for its address, to QEMU': ip({target: gateway, protocol: udp, body: udpDatagram(68, 67)}),
	'a question for a name': ip({target: nameServer, protocol: udp, body: udpDatagram(9, 53)}),
	'a question for a name by TCP': ip({target: nameServer, body: tcpWith(syn, 53)}),
	'a ping of its gateway': ip({target: gateway, protocol: 1, body: Buffer.alloc(8)}),
	ARP: arp({}),
})) {
	test(`a guest may send ${what} outside`, () => assert.equal(mayLeave(frame, wayOut), true));
}

for (const [what, frame] of Object.entries({
	'a connection to the loopback interface of this machine by the gateway': ip({
		target: gateway,
		body: tcpWith(syn, 631),
	}),
	...Object.fromEntries(
		[push, urgent, ecn, push | fin | urgent | ecn].map(more => [
			`the same with further flags (${more})`,
			ip({target: gateway, body: tcpWith(syn | more, 631)}),
		]),
	),
	'the same with flags cut off': ip({target: gateway, body: tcpWith(syn).subarray(0, 13)}),
	'the same in fragments': ip({target: gateway, body: tcpWith(ack), fragment: firstFragment}),
	'a later fragment to the gateway': ip({target: gateway, body: tcpWith(ack), fragment: 2}),
	'UDP to the loopback interface by the gateway': ip({target: gateway, protocol: udp, body: udpDatagram(9, 53)}),
	'a connection to the address 127.0.0.1 itself': ip({target: '127.0.0.1', body: tcpWith(syn, 631)}),
	'a connection to 127.1.2.3': ip({target: '127.1.2.3', body: tcpWith(ack, 631)}),
	'a connection to 0.0.0.0, which is this machine too': ip({target: '0.0.0.0', body: tcpWith(syn, 631)}),
	'a connection to the address for all': ip({target: '255.255.255.255', body: tcpWith(syn, 631)}),
	'UDP to the address for all': ip({target: '255.255.255.255', protocol: udp, body: udpDatagram(9, 53)}),
	'another service of the name server': ip({target: nameServer, body: tcpWith(syn, 22)}),
	'a connection to another address of its little network': ip({target: '10.78.0.30', body: tcpWith(syn, 22)}),
	'another protocol to the gateway': ip({target: gateway, protocol: 132, body: tcpWith(ack)}),
	'IPv6, by which ::1 is near': ethernetFrame({from: mac, type: 0x86dd, payload: Buffer.alloc(60)}),
	'too little': Buffer.alloc(13),
})) {
	test(`a guest may not send ${what} outside`, () => assert.equal(mayLeave(frame, wayOut), false));
}

test('no bytes make the rules fail, and none pass that speak for another (100,000 frames by seed)', () => {
	const random = seededRandom(12);
	const seeds = [ip({}), ip({protocol: udp, body: udpDatagram(67, 68)}), arp({}), ip({}, another)];
	for (let n = 0; n < 100_000; n++) {
		const frame = Buffer.from(seeds[n % seeds.length] ?? '').subarray(0, Math.floor(random() * 70));
		for (let changes = 0; frame.length > 0 && changes < 3; changes++) {
			frame[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
		}

		mayLeave(frame, wayOut);
		if (maySend(frame, station)) {
			assert.equal(frame.readUIntBE(6, 6), station.mac);
			const isArp = frame.readUInt16BE(12) === 0x0806;
			const sender = frame.readUInt32BE(isArp ? 28 : 26);
			assert.ok(station.addresses.includes(sender) || (isArp && sender === 0), frame.toString('hex'));
		}
	}
});
