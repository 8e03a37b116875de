import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {CancelledError} from '../errors/cancelled-error.js';
import {CommandTimedOutError} from './command-timed-out-error.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {limited} from './limited.js';
import {MarkedReply} from './marked-reply.js';
import {narrowWindow} from './narrow-window.js';
import {shLibrary} from './sh-library.js';
import type {ScriptOptions, ScriptResult} from './shell.js';
import {shellQuote} from './shell-quote.js';

/** sh takes a line byte by byte, at a system call each; a longer script comes by one process more. */
const longestLine = 2500;

/**
Reads scripts and runs each in a subshell: what one changes, or that it ends with `exit`, is nothing to the next. First a line
`ID SCRIPT-BYTES INPUT-BYTES SCRIPT`, then the bytes. Of the input the script may leave some; the next line is found all the same.
Answers with the output, the mark, the errors, and the mark with the exit code.
*/
const loop = `exec 3>&1
n='
'
while read -r id size input script; do
	[ "$size" = 0 ] || script=$(head -c "$size")
	if [ "$input" = 0 ]; then
		errors=$({ eval "$script"; } 2>&1 >&3 3>&- </dev/null)
	else
		errors=$(head -c "$input" | { (eval "$script"); code=$?; cat >/dev/null; exit $code; } 2>&1 >&3 3>&-)
	fi
	code=$?
	printf '%s' "$mark:$id" "$errors" "$mark:$id$code;"
done
`;

/**
One sh on a connection, kept for all scripts of ours: a session for each would cost the instance a login shell every time.
Scripts come one after the other; what takes long belongs into a session of its own.
*/
export class KeptSh {
	readonly #connection: Connection;
	readonly #mark = `d2cm-${randomBytes(16).toString('hex')}`;
	readonly #oneByOne = limited(1);
	#channel: ClientChannel | undefined;
	#count = 0;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/**
	@throws {ConnectionLostError} When the connection or its sh ends before the script does; whether it ran is then unknown.
	@throws {CommandTimedOutError}
	@throws {CancelledError}
	*/
	async run(script: string, options: ScriptOptions = {}): Promise<ScriptResult> {
		return this.#oneByOne(async () => this.#runNow(script, options));
	}

	async #runNow(script: string, {input, timeoutMs, signal}: ScriptOptions): Promise<ScriptResult> {
		const connection = this.#connection;
		if (signal?.aborted) {
			throw new CancelledError();
		}

		this.#channel ??= await this.#open();
		const channel = this.#channel;
		const id = `${++this.#count}:`;
		let stopListening: (() => void) | undefined;
		let timer: NodeJS.Timeout | undefined;
		try {
			return await connection.call<ScriptResult>((resolve, reject) => {
				if (timeoutMs !== undefined) {
					timer = setTimeout(() => reject(new CommandTimedOutError(connection.name, timeoutMs)), timeoutMs);
				}

				const reply = new MarkedReply(`${this.#mark}:${id}`);
				const take = (chunk: Buffer) => {
					const result = reply.take(chunk);
					if (result) {
						resolve(result);
					}
				};
				const end = () => reject(new ConnectionLostError(connection.name, 'its sh ended'));
				channel.on('data', take);
				channel.once('close', end);
				stopListening = () => {
					channel.off('data', take);
					channel.off('close', end);
				};
				channel.write(request(id, script, input));
			}, signal);
		} catch (error) {
			// It may still be at work, or have input left: the next script gets another one.
			this.#channel = undefined;
			if (!connection.closed) {
				channel.close();
			}

			throw error;
		} finally {
			clearTimeout(timer);
			stopListening?.();
		}
	}

	/** A session that has just ended may still count at the server, which then refuses a new one; so it is asked again. */
	async #open(): Promise<ClientChannel> {
		const connection = this.#connection;
		for (let tries = 1; ; tries++) {
			const answer = await connection.call<ClientChannel | Error>(resolve => {
				const command = `exec sh -c ${shellQuote(`mark=${this.#mark}\n${shLibrary}${loop}`)}`;
				connection.client.exec(command, (error, channel) => resolve(error ?? channel));
			});
			if (!(answer instanceof Error)) {
				answer.on('error', () => undefined); // Its close tells.
				answer.stderr.resume();
				narrowWindow(connection.client, answer);
				answer.once('close', () => {
					this.#channel = this.#channel === answer ? undefined : this.#channel;
				});
				return answer;
			}

			if (tries === 10) {
				throw new ConnectionLostError(connection.name, `it runs no commands (${answer.message})`, {cause: answer});
			}

			await sleep(20 * tries);
		}
	}
}

function request(id: string, script: string, input: Uint8Array = Buffer.alloc(0)): Buffer {
	const line = script
		.split('\n')
		.map(text => (text === '' ? '' : shellQuote(text)))
		.join('"$n"');
	const isShort = line.length <= longestLine;
	const bytes = Buffer.from(isShort ? '' : script);
	const head = `${id} ${bytes.length} ${input.length} ${isShort ? `eval ${line}` : ''}\n`;
	return Buffer.concat([Buffer.from(head), bytes, input]);
}
