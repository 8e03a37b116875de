import assert from 'node:assert/strict';
import {test} from 'node:test';
import {addressNumber, macNumber} from '../../../../../source/engine/cloud/local/switch/frame-rules.js';
import {createFilter, createSegment, type Port} from '../../../../../source/engine/cloud/local/switch/segment.js';
import {ethernetFrame, everybody, ipv4Packet, onStream} from '../../../../helpers/ethernet-frames.js';
import {seededRandom} from '../../../../helpers/seeded-random.js';

const macOf = (number: number) => `52:54:0a:4d:00:0${number}`;
const addressOf = (number: number) => `10.77.0.${number}`;

/** A segment of four guests, and what each was sent. */
function fourGuests() {
	const segment = createSegment();
	const received = new Map<number, Buffer[]>();
	const ports = [3, 4, 5, 6].map((number): Port & {readonly take: (chunk: Buffer) => void} => {
		const got: Buffer[] = [];
		received.set(number, got);
		const port: Port = {
			station: {mac: macNumber(macOf(number)), addresses: [addressNumber(addressOf(number))]},
			send: frames => got.push(frames),
		};
		return {...port, take: segment.plug(port)};
	});
	const sent = (number: number) => Buffer.concat(received.get(number) ?? []);
	return {segment, ports, sent, take: (number: number, chunk: Buffer) => ports[number - 3]?.take(chunk)};
}

const frame = (from: number, to: string, text = 'hello, all of you out there') =>
	onStream(
		ethernetFrame({
			to,
			from: macOf(from),
			payload: ipv4Packet({source: addressOf(from), body: Buffer.from(text)}),
		}),
	);

test('a frame goes to the guest it names and to nobody else; what names nobody here goes nowhere', () => {
	const {take, sent} = fourGuests();
	take(3, frame(3, macOf(4)));
	take(3, frame(3, '52:54:00:00:00:99'));
	take(3, frame(3, macOf(3)));
	assert.deepEqual(sent(4), frame(3, macOf(4)));
	assert.equal(Buffer.concat([sent(3), sent(5), sent(6)]).length, 0);
});

test('a frame for all goes to all but its sender', () => {
	const {take, sent} = fourGuests();
	take(4, frame(4, everybody));
	assert.equal(sent(4).length, 0);
	for (const number of [3, 5, 6]) {
		assert.deepEqual(sent(number), frame(4, everybody));
	}
});

test('frames arrive whole and in order, however the stream is cut and whatever is dropped between them', () => {
	const random = seededRandom(5);
	const targets = [macOf(4), macOf(5), everybody, '52:54:00:00:00:99'];
	for (let round = 0; round < 200; round++) {
		const {take, sent} = fourGuests();
		const frames = Array.from({length: 40}, (_, n) => {
			const [from, to] = [random() < 0.2 ? 6 : 3, targets[Math.floor(random() * 4)] ?? ''];
			return {from, to, bytes: frame(from, to, `frame ${n} ${'x'.repeat(Math.floor(random() * 200))}`)};
		});
		let stream = Buffer.concat(frames.map(({bytes}) => bytes));
		while (stream.length > 0) {
			const bytes = 1 + Math.floor(random() * 900);
			take(3, stream.subarray(0, bytes));
			stream = stream.subarray(bytes);
		}

		for (const number of [4, 5]) {
			const meant = frames.filter(({from, to}) => from === 3 && (to === macOf(number) || to === everybody));
			assert.deepEqual(sent(number), Buffer.concat(meant.map(({bytes}) => bytes)));
		}
	}
});

test('a filter lets whole frames through as they are, in order, and drops the others whole', () => {
	const random = seededRandom(7);
	for (let round = 0; round < 200; round++) {
		const frames = Array.from({length: 30}, (_, n) => onStream(Buffer.alloc(1 + Math.floor(random() * 300), n)));
		const mayPass = (bytes: Buffer) => (bytes[0] ?? 0) % 3 !== 0;
		const filter = createFilter(mayPass);
		const passed: Buffer[] = [];
		for (let stream = Buffer.concat(frames); stream.length > 0; ) {
			const bytes = 1 + Math.floor(random() * 700);
			passed.push(filter(stream.subarray(0, bytes)));
			stream = stream.subarray(bytes);
		}

		assert.deepEqual(Buffer.concat(passed), Buffer.concat(frames.filter((_, n) => n % 3 !== 0)));
	}
});

test('a length that no frame has is refused, not waited for', () => {
	const {take} = fourGuests();
	assert.throws(() => take(3, Buffer.from('fffffffff', 'latin1')), RangeError);
});

test('a guest whose port was replaced is not unplugged by the end of its old connection', () => {
	const {segment, ports, take} = fourGuests();
	const [old] = ports;
	assert.ok(old);
	const got: Buffer[] = [];
	const port = {...old, send: (frames: Buffer) => got.push(frames)};
	segment.plug(port);
	segment.unplug(old);
	take(4, frame(4, macOf(3)));
	assert.equal(got.length, 1);
	segment.unplug(port);
	take(4, frame(4, macOf(3)));
	assert.equal(got.length, 1);
});
