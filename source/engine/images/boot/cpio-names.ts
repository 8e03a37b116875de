const headerBytes = 110;
const trailer = 'TRAILER!!!';

/**
Reads the names in a cpio archive ("newc", as the kernel wants it) from a stream of bytes, skipping the contents. Feed it
chunks; it says how many bytes of the chunk belong to the archive.
*/
export class CpioNames {
	#header: Buffer = Buffer.alloc(0);
	#skip = 0;

	/** Whether the archive's end was seen, or something that is no cpio. */
	isDone = false;

	constructor(private readonly onName: (name: string) => void) {}

	/** Returns how many bytes were used: all, until the archive ends within the chunk. */
	feed(chunk: Buffer): number {
		let offset = 0;
		while (offset < chunk.length && !this.isDone) {
			if (this.#skip > 0) {
				const skipped = Math.min(this.#skip, chunk.length - offset);
				this.#skip -= skipped;
				offset += skipped;
				continue;
			}

			const wanted = this.#header.length < headerBytes ? headerBytes : this.#recordBytes();
			const part = chunk.subarray(offset, offset + wanted - this.#header.length);
			this.#header = Buffer.concat([this.#header, part]);
			offset += part.length;
			if (this.#header.length === headerBytes && !this.#isHeader()) {
				this.isDone = true;
			} else if (this.#header.length > headerBytes && this.#header.length === this.#recordBytes()) {
				this.#finishRecord();
			}
		}

		return offset;
	}

	#isHeader(): boolean {
		const magic = this.#header.toString('latin1', 0, 6);
		const nameBytes = this.#field(94);
		return (magic === '070701' || magic === '070702') && nameBytes > 0 && nameBytes <= 4096 && this.#field(54) >= 0;
	}

	/** Header and name, padded to four bytes. */
	#recordBytes(): number {
		return Math.ceil((headerBytes + this.#field(94)) / 4) * 4;
	}

	#finishRecord(): void {
		const name = this.#header.toString('utf8', headerBytes, headerBytes + this.#field(94) - 1);
		this.#skip = Math.ceil(this.#field(54) / 4) * 4;
		this.#header = Buffer.alloc(0);
		if (name === trailer) {
			this.isDone = true;
		} else {
			this.onName(name);
		}
	}

	/** NaN when it is no number. */
	#field(offset: number): number {
		return Number.parseInt(this.#header.toString('latin1', offset, offset + 8), 16);
	}
}
