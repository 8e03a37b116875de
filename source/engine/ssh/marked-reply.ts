import type {ScriptResult} from './shell.js';

/** Takes an answer apart that comes in any pieces: output, mark, errors, mark, exit code, semicolon. */
export class MarkedReply {
	readonly #mark: Buffer;
	readonly #chunks: Buffer[] = [];
	#size = 0;
	/** No mark begins before here. */
	#searched = 0;
	#outputBytes: number | undefined;

	constructor(mark: string) {
		this.#mark = Buffer.from(mark);
	}

	/** The result, once it is whole. */
	take(chunk: Buffer): ScriptResult | undefined {
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		if (this.#outputBytes === undefined) {
			// Only the new bytes can hold the mark, or its end.
			const overlap = this.#tail(chunk.length + this.#mark.length - 1);
			const found = overlap.indexOf(this.#mark);
			if (found < 0) {
				return undefined;
			}

			this.#outputBytes = this.#size - overlap.length + found;
			this.#searched = this.#outputBytes + this.#mark.length;
		}

		const all = Buffer.concat(this.#chunks);
		this.#chunks.splice(0, this.#chunks.length, all);
		const second = all.indexOf(this.#mark, this.#searched);
		const end = second < 0 ? -1 : all.indexOf(';', second);
		if (end < 0) {
			return undefined;
		}

		return {
			code: Number(all.toString('latin1', second + this.#mark.length, end)),
			stdout: all.subarray(0, this.#outputBytes),
			stderr: all.toString('utf8', this.#searched, second),
		};
	}

	#tail(bytes: number): Buffer {
		const last: Buffer[] = [];
		for (let index = this.#chunks.length - 1, size = 0; index >= 0 && size < bytes; index--) {
			const chunk = this.#chunks[index] ?? Buffer.alloc(0);
			last.unshift(chunk);
			size += chunk.length;
		}

		return Buffer.concat(last).subarray(-bytes);
	}
}
