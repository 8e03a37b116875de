/** An uncompressed cpio archive (`newc`) of executable files, padded so that another initramfs can follow it. */
export function cpioSegment(files: Readonly<Record<string, string>>): Buffer {
	const entries = Object.entries(files).map(([name, content]) => entry(name, 0o100755, Buffer.from(content)));
	return padded(Buffer.concat([...entries, entry('TRAILER!!!', 0, Buffer.alloc(0))]), 512);
}

function entry(name: string, mode: number, data: Buffer): Buffer {
	const nameBytes = Buffer.from(`${name}\0`);
	// inode, mode, uid, gid, links, mtime, size, device (2), special device (2), length of the name, checksum
	const fields = [0, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, nameBytes.length, 0];
	const header = `070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}`;
	return Buffer.concat([padded(Buffer.concat([Buffer.from(header), nameBytes]), 4), padded(data, 4)]);
}

function padded(data: Buffer, to: number): Buffer {
	return Buffer.concat([data, Buffer.alloc((to - (data.length % to)) % to)]);
}
