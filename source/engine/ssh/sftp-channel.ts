/** What an SFTP channel runs on: a subsystem of ssh2, or the output and input of a command. */
export type SftpTransport = {
	on(event: 'data', take: (chunk: Buffer) => void): unknown;
	write(bytes: Buffer): unknown;
};

/** An answer that is no refusal. */
export type SftpReply = {
	readonly type: number;
	/** What follows the request's number; of data that were read into given memory nothing. */
	readonly body: Buffer;
	/** Bytes that were read into given memory. */
	readonly bytes: number;
};

/** A server's refusal. */
export class SftpStatusError extends Error {
	override readonly name = 'SftpStatusError';

	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

export const sftpTypes = {
	init: 1,
	version: 2,
	open: 3,
	close: 4,
	read: 5,
	write: 6,
	readLink: 19,
	makeLink: 20,
	stat: 17,
	listStat: 7,
	statOpen: 8,
	set: 9,
	setOpen: 10,
	openFolder: 11,
	readFolder: 12,
	remove: 13,
	makeFolder: 14,
	extended: 200,
	status: 101,
	handle: 102,
	data: 103,
	name: 104,
	attributes: 105,
} as const;

type Waiting = {
	readonly done: (error: Error | undefined, reply?: SftpReply) => void;
	/** Data go straight into it. */
	readonly into: Buffer | undefined;
};

const version = 3;
/** Length, type and number of a packet; of the first answer length, type and version. */
const headBytes = 9;
/** OpenSSH sends no more. */
const mostPacket = 256 * 1024;

/**
The packets of SFTP, version 3, whose names are bytes: ssh2's own client takes them for UTF-8.

@see https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02
*/
export class SftpChannel {
	readonly #transport: SftpTransport;
	readonly #onFault: (why: string) => void;
	readonly #waiting = new Map<number, Waiting>();
	readonly #head = Buffer.alloc(headBytes);
	#headFilled = 0;
	/** The packet that is coming; undefined between two. */
	#body: {readonly type: number; readonly id: number; readonly length: number; readonly small: Buffer} | undefined;
	#bodyFilled = 0;
	#count = 0;
	#isFaulty = false;

	/** `onFault` hears of an answer that is no SFTP: no call is ever answered after it. */
	constructor(transport: SftpTransport, onFault: (why: string) => void) {
		this.#transport = transport;
		this.#onFault = onFault;
		transport.on('data', chunk => this.#take(chunk));
	}

	/** Begins; to be called once, before anything else. */
	begin(done: (error: Error | undefined) => void): void {
		this.#waiting.set(version, {done, into: undefined});
		this.#transport.write(Buffer.concat([uint32(5), Buffer.from([sftpTypes.init]), uint32(version)]));
	}

	/** Sends one request; large data are sent as they are, and must stay so until it is answered. */
	request(type: number, fields: readonly Buffer[], done: Waiting['done'], into?: Buffer): void {
		const id = ++this.#count >>> 0;
		this.#waiting.set(id, {done, into});
		const last = fields.at(-1);
		const isLarge = last !== undefined && last.length > 4096;
		const inHead = isLarge ? fields.slice(0, -1) : fields;
		const length = fields.reduce((sum, field) => sum + field.length, 0);
		this.#transport.write(Buffer.concat([uint32(5 + length), Buffer.from([type]), uint32(id), ...inHead]));
		if (isLarge) {
			this.#transport.write(last);
		}
	}

	#take(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && !this.#isFaulty) {
			at += this.#body ? this.#takeBody(chunk, at) : this.#takeHead(chunk, at);
		}
	}

	#takeHead(chunk: Buffer, at: number): number {
		const taken = chunk.copy(this.#head, this.#headFilled, at);
		this.#headFilled += taken;
		if (this.#headFilled === headBytes) {
			const length = this.#head.readUInt32BE(0) - 5;
			if (length < 0 || length > mostPacket) {
				this.#fail(`a packet of ${length + 5} bytes`);
				return taken;
			}

			const type = this.#head.readUInt8(4);
			const id = this.#head.readUInt32BE(5);
			const isInto = type === sftpTypes.data && this.#waiting.get(id)?.into !== undefined;
			this.#headFilled = 0;
			this.#bodyFilled = 0;
			this.#body = {type, id, length, small: Buffer.allocUnsafe(isInto ? 4 : length)};
			if (length === 0) {
				this.#answer();
			}
		}

		return taken;
	}

	#takeBody(chunk: Buffer, at: number): number {
		const body = this.#body;
		if (!body) {
			return 0;
		}

		const inSmall = this.#bodyFilled < body.small.length;
		const into = inSmall ? body.small : this.#waiting.get(body.id)?.into;
		const offset = inSmall ? this.#bodyFilled : this.#bodyFilled - body.small.length;
		const room = inSmall ? body.small.length - this.#bodyFilled : body.length - this.#bodyFilled;
		const wanted = Math.min(room, chunk.length - at);
		if (!inSmall && offset + wanted > (into?.length ?? 0)) {
			this.#fail('more data than were asked for');
			return wanted;
		}

		into?.set(chunk.subarray(at, at + wanted), offset);
		this.#bodyFilled += wanted;
		if (this.#bodyFilled === body.length) {
			this.#answer();
		}

		return wanted;
	}

	#answer(): void {
		const {type, id, length, small} = this.#body ?? {type: 0, id: 0, length: 0, small: Buffer.alloc(0)};
		this.#body = undefined;
		const waiting = this.#waiting.get(id);
		if (!waiting) {
			return; // Nobody waits for it any more.
		}

		this.#waiting.delete(id);
		if (type !== sftpTypes.status) {
			const isInto = waiting.into !== undefined && type === sftpTypes.data;
			waiting.done(undefined, {type, body: small, bytes: isInto ? Math.max(0, length - 4) : 0});
			return;
		}

		const status = small.length >= 4 ? small.readUInt32BE(0) : 4;
		if (status === 0) {
			waiting.done(undefined, {type, body: small, bytes: 0});
		} else {
			waiting.done(new SftpStatusError(status, textAt(small, 4)?.bytes.toString('utf8') ?? 'no reason given'));
		}
	}

	#fail(what: string): void {
		this.#isFaulty = true;
		this.#onFault(`what it answers is no SFTP: ${what}`);
	}
}

export function uint32(value: number): Buffer {
	const bytes = Buffer.allocUnsafe(4);
	bytes.writeUInt32BE(value >>> 0);
	return bytes;
}

export function uint64(value: number): Buffer {
	const bytes = Buffer.allocUnsafe(8);
	bytes.writeBigUInt64BE(BigInt(value));
	return bytes;
}

/** Bytes with their length before them. */
export function counted(bytes: Buffer): Buffer {
	return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Reads bytes that have their length before them; undefined when the packet is too short for it. */
export function textAt(packet: Buffer, at: number): {readonly bytes: Buffer; readonly end: number} | undefined {
	const end = at + 4 <= packet.length ? at + 4 + packet.readUInt32BE(at) : Number.POSITIVE_INFINITY;
	return end <= packet.length ? {bytes: packet.subarray(at + 4, end), end} : undefined;
}
