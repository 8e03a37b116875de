import {asNeeded} from '../ssh/as-needed.js';
import type {Shell} from '../ssh/shell.js';
import {shellQuote} from '../ssh/shell-quote.js';

const pieceBytes = 1024 * 1024;
const longestLine = 64 * 1024;

/** Looks for a pattern in a growing log file, reading each byte once. */
export class LogWatcher {
	readonly #path: string;
	readonly #pattern: RegExp;
	#offset = 0;
	/** The last line, as far as it is written. */
	#rest = Buffer.alloc(0);

	constructor(path: string, pattern: string) {
		this.#path = path;
		this.#pattern = new RegExp(pattern);
	}

	/** Whether a line matches now. A line without its end counts once it grows no more. */
	async look(shell: Shell, touch: () => void = () => undefined): Promise<boolean> {
		const stat = await asNeeded(shell, async one => one.stat(this.#path));
		if (stat?.kind !== 'file') {
			return false;
		}

		if (stat.size < this.#offset) {
			this.#offset = 0; // It was begun anew.
			this.#rest = Buffer.alloc(0);
		}

		const grew = stat.size > this.#offset;
		while (this.#offset < stat.size) {
			const piece = await readPiece(shell, this.#path, this.#offset);
			if (piece.length === 0) {
				break;
			}

			touch();
			this.#offset += piece.length;
			if (this.#take(piece)) {
				return true;
			}
		}

		return !grew && this.#matches(this.#rest);
	}

	#take(piece: Buffer): boolean {
		const text = Buffer.concat([this.#rest, piece]);
		const end = text.lastIndexOf(0x0a);
		this.#rest = text.subarray(end + 1).subarray(-longestLine);
		return end >= 0 && splitLines(text.subarray(0, end)).some(line => this.#matches(line));
	}

	#matches(line: Buffer): boolean {
		return line.length > 0 && this.#pattern.test(line.toString('utf8').replace(/\r$/, ''));
	}
}

function splitLines(text: Buffer): readonly Buffer[] {
	const lines: Buffer[] = [];
	let begin = 0;
	for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a, begin)) {
		lines.push(text.subarray(begin, end));
		begin = end + 1;
	}

	lines.push(text.subarray(begin));
	return lines.map(line => line.subarray(0, longestLine));
}

/** In base64, since a piece may end inside a character. */
async function readPiece(shell: Shell, path: string, offset: number): Promise<Buffer> {
	const command = `tail -c +${offset + 1} -- ${shellQuote(path)} | head -c ${pieceBytes} | base64`;
	let {stdout} = await shell.run(command);
	if (stdout === '' && shell.asRoot) {
		({stdout} = await shell.asRoot().run(command));
	}

	return Buffer.from(stdout, 'base64');
}
