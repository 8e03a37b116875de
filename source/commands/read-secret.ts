import {text} from 'node:stream/consumers';
import type {ReadStream} from 'node:tty';
import {CancelledError} from '../engine/errors/cancelled-error.js';

/** Asks on a terminal without showing what is typed; elsewhere takes what comes on standard input. */
export async function readSecret(question: string): Promise<string> {
	const {stdin, stderr} = process;
	if (!stdin.isTTY) {
		return (await text(stdin)).trim();
	}

	stderr.write(`${question} (not shown): `);
	try {
		return await readHidden(stdin);
	} finally {
		stderr.write('\n');
	}
}

async function readHidden(stdin: ReadStream): Promise<string> {
	stdin.setRawMode(true);
	stdin.setEncoding('utf8');
	let typed = '';
	try {
		for await (const chunk of stdin.iterator({destroyOnReturn: false})) {
			for (const sign of String(chunk)) {
				if (sign === '\r' || sign === '\n') {
					return typed;
				}

				if (sign === '\u0003' || sign === '\u0004') {
					throw new CancelledError('The question');
				}

				typed = sign === '\u007F' || sign === '\b' ? typed.slice(0, -1) : sign === '\u0015' ? '' : typed + sign;
			}
		}

		return typed;
	} finally {
		stdin.setRawMode(false);
		stdin.pause();
	}
}
