/** A cpio archive in the format the kernel wants ("newc"). */
export function cpioOf(files: Readonly<Record<string, Buffer>>): Buffer {
	return Buffer.concat(
		[...Object.entries(files), ['TRAILER!!!', Buffer.alloc(0)] as const].map(([name, content]) =>
			record(name, content),
		),
	);
}

function record(name: string, content: Buffer): Buffer {
	const fields = [1, 0o100644, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
	const header = `070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
	return Buffer.concat([padded(Buffer.from(header, 'latin1')), padded(content)]);
}

function padded(buffer: Buffer): Buffer {
	return Buffer.concat([buffer, Buffer.alloc((4 - (buffer.length % 4)) % 4)]);
}
