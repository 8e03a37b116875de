import {text} from 'node:stream/consumers';
import type {ReadStream} from 'node:tty';
import {stripVTControlCharacters} from 'node:util';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import {InputFilter} from '../engine/host/input-filter.js';

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

/** Keys that move, and what the terminal says by itself, do not get into what nobody sees. */
async function readHidden(stdin: ReadStream): Promise<string> {
	const answer = Promise.withResolvers<string>();
	let typed: readonly string[] = [];
	const take = (sign: string) => {
		if (sign === '\r' || sign === '\n') answer.resolve(typed.join(''));
		else if (sign === '\u0003' || sign === '\u0004') answer.reject(new CancelledError('The question'));
		else if (sign === '\u007F' || sign === '\b') typed = typed.slice(0, -1);
		else if (sign === '\u0015') typed = [];
		else typed = [...typed, sign];
	};
	const filter = new InputFilter(input => {
		for (const sign of stripVTControlCharacters(input)) take(sign);
	});
	const onData = (packet: Uint8Array) => filter.push(packet);
	const onEnd = () => answer.resolve(typed.join(''));
	stdin.setRawMode(true);
	stdin.on('data', onData).once('end', onEnd).resume();
	try {
		return await answer.promise;
	} finally {
		stdin.off('data', onData).off('end', onEnd);
		stdin.setRawMode(false);
		stdin.pause();
	}
}
