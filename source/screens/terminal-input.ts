import {Readable} from 'node:stream';
import type {ReadStream} from 'node:tty';
import {InputFilter} from '../engine/host/input-filter.js';

/** What is typed and pasted at a terminal, as a stream that Ink reads in its place. */
export class TerminalInput extends Readable {
	readonly isTTY = true;

	constructor(private readonly terminal: ReadStream) {
		super();
		const filter = new InputFilter(input => this.push(input));
		terminal.on('data', packet => filter.push(Buffer.from(packet)));
		terminal.pause();
	}

	override _read(): void {
		// What comes is pushed as it comes, once Ink has the terminal.
	}

	/** Ink has the terminal as long as it is raw: nothing is read that is meant for another program. */
	setRawMode(isRaw: boolean): this {
		this.terminal.setRawMode(isRaw);
		if (isRaw) this.terminal.resume();
		else this.terminal.pause();
		return this;
	}

	ref(): this {
		this.terminal.ref();
		return this;
	}

	unref(): this {
		this.terminal.unref();
		return this;
	}
}
