import {bytesOf, nameOf} from '../host/byte-names.js';

/** A file, folder or link in an archive. */
export type TarEntry = {
	/** With slashes; without one at the end. As `nameOf` makes it. */
	readonly path: string;
	readonly kind: 'file' | 'folder' | 'link';
	/** Permission bits. */
	readonly mode: number;
	/** In whole seconds since 1970. */
	readonly modifiedAt: number;
	/** Of a file. */
	readonly content: Buffer;
	/** Where a link leads. */
	readonly target?: string;
};

const block = 512;
const longName = '././@LongLink';

const types = {file: '0', folder: '5', link: '2'} as const;

/** In the format of GNU tar, which BusyBox and bsdtar read too. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
	const parts: Buffer[] = [];
	const add = (head: Buffer, content: Buffer) => {
		parts.push(head, content, Buffer.alloc(-content.length & (block - 1)));
	};
	const addLong = (type: string, text: Buffer) => {
		if (text.length > 100) {
			const content = Buffer.concat([text, Buffer.alloc(1)]);
			add(header({name: Buffer.from(longName), type, mode: 0o644, size: content.length}), content);
		}
	};
	for (const {path, kind, content: whole, target = '', ...entry} of entries) {
		const name = bytesOf(kind === 'folder' ? `${path}/` : path);
		const linkName = bytesOf(target);
		const content = kind === 'file' ? whole : Buffer.alloc(0);
		addLong('L', name);
		addLong('K', linkName);
		add(header({...entry, name, linkName, type: types[kind], size: content.length}), content);
	}

	return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header({
	name,
	linkName = Buffer.alloc(0),
	type,
	mode,
	size,
	modifiedAt = 0,
}: {
	readonly name: Buffer;
	readonly linkName?: Buffer;
	readonly type: string;
	readonly mode: number;
	readonly size: number;
	readonly modifiedAt?: number;
}): Buffer {
	const bytes = Buffer.alloc(block);
	const octal = (value: number, offset: number, length: number) =>
		bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
	name.copy(bytes, 0, 0, 100);
	octal(mode, 100, 8);
	octal(0, 108, 8);
	octal(0, 116, 8);
	octal(size, 124, 12);
	octal(modifiedAt, 136, 12);
	bytes.write(type, 156, 'latin1');
	linkName.copy(bytes, 157, 0, 100);
	bytes.write('ustar  \0', 257, 'latin1');
	bytes.fill(' ', 148, 156);
	bytes.write(`${sumOf(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return bytes;
}

/**
Takes apart what GNU tar makes of plain files.

@returns undefined for what is cut off, damaged or holds anything else than files.
*/
export function parseTar(bytes: Buffer): readonly TarEntry[] | undefined {
	const entries: TarEntry[] = [];
	let path: string | undefined;
	for (let offset = 0; offset + block <= bytes.length; ) {
		const head = bytes.subarray(offset, offset + block);
		const type = head.toString('latin1', 156, 157);
		if (head[0] === 0 && sumOf(head) === 0) {
			return entries;
		}

		const size = Number.parseInt(text(head, 124, 136), 8);
		const content = bytes.subarray(offset + block, offset + block + size);
		if (!isSound(head) || !(size >= 0) || content.length < size) {
			return undefined;
		}

		offset += block + Math.ceil(size / block) * block;
		if (type === 'L') {
			path = text(content, 0, size);
		} else if (type === '0' || type === '\0') {
			const mode = Number.parseInt(text(head, 100, 108), 8) & 0o777;
			const modifiedAt = Number.parseInt(text(head, 136, 148), 8);
			entries.push({path: path ?? text(head, 0, 100), kind: 'file', mode, modifiedAt, content});
			path = undefined;
		} else {
			return undefined;
		}
	}

	return undefined;
}

function isSound(head: Buffer): boolean {
	const copy = Buffer.from(head);
	copy.fill(' ', 148, 156);
	return sumOf(copy) === Number.parseInt(text(head, 148, 156), 8);
}

function sumOf(bytes: Buffer): number {
	let sum = 0;
	for (const byte of bytes) {
		sum += byte;
	}

	return sum;
}

function text(bytes: Buffer, begin: number, end: number): string {
	const part = bytes.subarray(begin, end);
	const zero = part.indexOf(0);
	return nameOf(part.subarray(0, zero < 0 ? part.length : zero));
}
