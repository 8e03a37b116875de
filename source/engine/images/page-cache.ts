const pageBytes = 64 * 1024;
const mostPages = 64;

/** Keeps the last 4 MiB of what was read, in pages of 64 KiB. */
export class PageCache {
	readonly #pages = new Map<number, Promise<Buffer>>();

	constructor(
		/** Reads at most so many bytes; fewer only at the end of the file. */
		private readonly load: (offset: number, length: number) => Promise<Buffer>,
	) {}

	/** Fills `target` and returns how many bytes there were. */
	async copy(offset: number, target: Buffer): Promise<number> {
		let done = 0;
		while (done < target.length) {
			const number = Math.floor((offset + done) / pageBytes);
			const page = await this.#page(number);
			const within = offset + done - number * pageBytes;
			const copied = page.copy(target, done, within, Math.min(page.length, within + target.length - done));
			if (copied === 0) {
				return done;
			}

			done += copied;
		}

		return done;
	}

	#page(number: number): Promise<Buffer> {
		const page = this.#pages.get(number) ?? this.load(number * pageBytes, pageBytes);
		this.#pages.delete(number);
		this.#pages.set(number, page);
		if (this.#pages.size > mostPages) {
			const [oldest] = this.#pages.keys();
			this.#pages.delete(oldest ?? number);
		}

		return page;
	}
}
