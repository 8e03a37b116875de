import {maySend, type Station} from './frame-rules.js';

/** The largest frame QEMU sends, and what precedes each on a stream: its length, in 4 bytes. */
const mostFrameBytes = 4096 + 65_536;
const lengthBytes = 4;

/** Where a guest is plugged in. */
export type Port = {
	readonly station: Station;
	/** Takes whole frames, each preceded by its length; drops them when the guest does not take what it was sent before. */
	readonly send: (frames: Buffer) => void;
};

/** An Ethernet of guests. Who is where is known beforehand, so nothing is learned and nothing is sent to all for want of knowledge. */
export type Segment = {
	/**
	Plugs a guest in, in the place of an earlier port of its own.

	@returns What takes the bytes of its stream as they come. It throws a RangeError when they are no frames.
	*/
	plug(port: Port): (chunk: Buffer) => void;
	unplug(port: Port): void;
};

export function createSegment(): Segment {
	const ports = new Map<number, Port>();

	/** Who gets a frame, other than its sender. */
	const receivers = (frame: Buffer, from: Port): readonly Port[] => {
		const to = ports.get(frame.readUIntBE(0, 6));
		if (to) {
			return to === from ? [] : [to];
		}

		const isForAll = (frame.readUInt8(0) & 1) === 1;
		return isForAll ? [...ports.values()].filter(port => port !== from) : [];
	};

	return {
		plug(port) {
			ports.set(port.station.mac, port);
			let rest: Buffer = Buffer.alloc(0);
			return chunk => {
				const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
				// Frames that follow each other to the same guest go on as one piece, not copied.
				let [first, end] = [0, 0];
				let target: Port | undefined;
				const pass = () => {
					if (target && end > first) {
						target.send(bytes.subarray(first, end));
					}
				};
				for (let next = frameEnd(bytes, 0); next !== undefined; next = frameEnd(bytes, end)) {
					const frame = bytes.subarray(end + lengthBytes, next);
					const to = maySend(frame, port.station) ? receivers(frame, port) : [];
					const [one] = to;
					if (to.length !== 1 || one !== target) {
						pass();
						[first, target] = [end, to.length === 1 ? one : undefined];
					}

					if (to.length > 1) {
						for (const each of to) {
							each.send(bytes.subarray(end, next));
						}
					}

					end = next;
				}

				pass();
				rest = bytes.subarray(end);
			};
		},
		unplug(port) {
			if (ports.get(port.station.mac) === port) {
				ports.delete(port.station.mac);
			}
		},
	};
}

/**
Takes the bytes of a stream as they come and returns those of the whole frames that may pass.

@throws {RangeError} When they are no frames.
*/
export function createFilter(mayPass: (frame: Buffer) => boolean): (chunk: Buffer) => Buffer {
	let rest: Buffer = Buffer.alloc(0);
	return chunk => {
		const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		const passed: Buffer[] = [];
		let [first, end] = [0, 0];
		for (let next = frameEnd(bytes, 0); next !== undefined; next = frameEnd(bytes, end)) {
			if (!mayPass(bytes.subarray(end + lengthBytes, next))) {
				passed.push(bytes.subarray(first, end));
				first = next;
			}

			end = next;
		}

		rest = bytes.subarray(end);
		return passed.length === 0 ? bytes.subarray(0, end) : Buffer.concat([...passed, bytes.subarray(first, end)]);
	};
}

/** Where the frame that begins at `start` ends; undefined while it is not there whole. */
function frameEnd(bytes: Buffer, start: number): number | undefined {
	if (bytes.length < start + lengthBytes) {
		return undefined;
	}

	const length = bytes.readUInt32BE(start);
	if (length > mostFrameBytes) {
		throw new RangeError(`A frame of ${length} bytes is none.`);
	}

	const end = start + lengthBytes + length;
	return end <= bytes.length ? end : undefined;
}
