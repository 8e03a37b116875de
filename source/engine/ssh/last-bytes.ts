/** Keeps about the last so many bytes of a stream. */
export class LastBytes {
	readonly #chunks: Buffer[] = [];
	#size = 0;

	constructor(readonly most: number) {}

	add(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		while (this.#size - (this.#chunks[0]?.length ?? 0) >= this.most) {
			this.#size -= this.#chunks.shift()?.length ?? 0;
		}
	}

	toBuffer(): Buffer {
		return Buffer.concat(this.#chunks).subarray(-this.most);
	}
}
