import type {ScriptResult} from './shell.js';

/** Takes an answer apart that comes in any pieces: output, mark, errors, mark, exit code, semicolon. */
export class MarkedReply {
	readonly #mark: Buffer;
	readonly #chunks: Buffer[] = [];
	/** What came last, as long as a mark could begin in it. */
	#tail: Buffer = Buffer.alloc(0);
	#isMarked = false;

	constructor(mark: string) {
		this.#mark = Buffer.from(mark);
	}

	/** The result, once it is whole. */
	take(chunk: Buffer): ScriptResult | undefined {
		this.#chunks.push(chunk);
		this.#isMarked ||= this.#endsMarkIn(chunk);
		return this.#isMarked ? this.#parse() : undefined;
	}

	/** A large output is not looked at, or copied, once for each of its pieces. */
	#endsMarkIn(chunk: Buffer): boolean {
		const most = this.#mark.length - 1;
		const seam = Buffer.concat([this.#tail, chunk.subarray(0, most)]);
		this.#tail = chunk.length < most ? seam.subarray(-most) : chunk.subarray(-most);
		return seam.includes(this.#mark) || chunk.includes(this.#mark);
	}

	#parse(): ScriptResult | undefined {
		const all = this.#chunks.length === 1 ? (this.#chunks[0] ?? this.#tail) : Buffer.concat(this.#chunks);
		this.#chunks.splice(0, this.#chunks.length, all);
		const first = all.indexOf(this.#mark);
		const second = all.indexOf(this.#mark, first + this.#mark.length);
		const end = second < 0 ? -1 : all.indexOf(';', second);
		return end < 0
			? undefined
			: {
					code: Number(all.toString('latin1', second + this.#mark.length, end)),
					stdout: all.subarray(0, first),
					stderr: all.toString('utf8', first + this.#mark.length, second),
				};
	}
}
