import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {CancelledError} from '../errors/cancelled-error.js';
import {bytesOf} from '../host/byte-names.js';
import {AnswerTooLongError} from './answer-too-long-error.js';
import {BegunCommand, openBegun} from './begun-command.js';
import {CommandTimedOutError} from './command-timed-out-error.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {limited} from './limited.js';
import {MarkedReply} from './marked-reply.js';
import {narrowWindow} from './narrow-window.js';
import {shLibrary} from './sh-library.js';
import {ShNotices} from './sh-notices.js';
import type {ScriptOptions, ScriptResult} from './shell.js';
import {shellQuote} from './shell-quote.js';

/** Of one answer, which is in memory until it is whole. No script of ours has more to say than a few MiB of small files. */
const mostAnswerBytes = 16 * 1024 * 1024;

/** sh takes a line byte by byte, at a system call each; a longer script comes by one process more. */
const longestLine = 1500;

/**
Reads scripts and runs each in a subshell: what one changes, or that it ends with `exit`, is nothing to the next. First a line
`ID SCRIPT-BYTES INPUT-BYTES SCRIPT`, then the bytes. Of the input the script may leave some, which is read away; so such a script
sets no trap. Answers with the output, the mark, the errors, and the mark with the exit code. A script whose INPUT-BYTES is a hyphen
runs in this shell itself, which costs no process; it gives no errors. By `exec` no daemon keeps a copy of the outputs: a shell that
is to restore a redirection has one, and a subshell inherits it.

File descriptor 4 is for what daemons say by themselves: it is apart from the answers.
*/
const loop = `exec 3>&1 4>&2
n='
'
drain() {
	while IFS= read -r line; do cat >/dev/null; done
}
while read -r id size input script; do
	[ -n "$id" ] || continue
	[ "$size" = 0 ] || script=$(head -c "$size")
	errors=
	case $input in
	-) eval "$script" 2>/dev/null </dev/null ;;
	0) errors=$(exec 2>&1 >&3 3>&- </dev/null; eval "$script") ;;
	*) errors=$(exec 2>&1 >&3 3>&-; head -c "$input" | { trap 'code=$?; drain; exit $code' EXIT; eval "$script"; }) ;;
	esac
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
	readonly #notices = new ShNotices();

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/**
	@throws {ConnectionLostError} When the connection or its sh ends before the script does; whether it ran is then unknown.
	@throws {CommandTimedOutError}
	@throws {AnswerTooLongError}
	@throws {CancelledError}
	*/
	async run(script: string, options: ScriptOptions = {}): Promise<ScriptResult> {
		return this.#oneByOne(async () => this.#runNow(script, options));
	}

	/** What a daemon says by itself, of those that were started on the sh that is there now. */
	async whenSaid(who: string, signal: AbortSignal): Promise<string> {
		return this.#notices.when(who, signal);
	}

	async #runNow(script: string, {input, inPlace = false, timeoutMs, signal}: ScriptOptions): Promise<ScriptResult> {
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
				let bytes = 0;
				const take = (chunk: Buffer) => {
					bytes += chunk.length;
					if (bytes > mostAnswerBytes) {
						reject(new AnswerTooLongError(connection.name, mostAnswerBytes));
						return;
					}

					const result = reply.take(chunk);
					if (result) {
						resolve(result);
					}
				};
				const end = () => reject(new ConnectionLostError(connection.name, 'its sh ended'));
				channel.on('data', take);
				channel.once('close', end);
				// While a daemon can still say something, the channel does not close.
				channel.once('exit', end);
				stopListening = () => {
					channel.off('data', take);
					channel.off('close', end);
					channel.off('exit', end);
				};
				channel.write(request(id, script, inPlace ? '-' : String(input?.length ?? 0)));
				if (input) {
					channel.write(input);
				}
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
		let connection = this.#connection;
		for (let tries = 1; ; tries++) {
			const answer = await openBegun(connection, new BegunCommand(`mark=${this.#mark}\n${shLibrary}${loop}`));
			if (!(answer instanceof Error)) {
				answer.on('error', () => undefined); // Its close tells.
				answer.stderr.on('data', (chunk: Buffer) => this.#notices.take(chunk));
				narrowWindow(connection.client, answer);
				const forget = () => {
					this.#channel = this.#channel === answer ? undefined : this.#channel;
				};
				answer.once('exit', forget);
				answer.once('close', forget);
				return answer;
			}

			if (tries === 10) {
				throw new ConnectionLostError(connection.name, `it runs no commands (${answer.message})`, {cause: answer});
			}

			await sleep(20 * tries);
			if (tries === 6) {
				connection = await connection.aside();
			}
		}
	}
}

function request(id: string, script: string, input: string): Buffer {
	// Some sh lose a byte that is no UTF-8 when they read a line.
	const line = script.length <= longestLine && script.isWellFormed() ? asLine(script) : undefined;
	if (line !== undefined && line.length <= longestLine) {
		return Buffer.from(`${id} 0 ${input} eval ${line}\n`);
	}

	const bytes = bytesOf(script);
	return Buffer.concat([Buffer.from(`${id} ${bytes.length} ${input} \n`), bytes]);
}

const asLine = (script: string) =>
	script
		.split('\n')
		.map(text => (text === '' ? '' : shellQuote(text)))
		.join('"$n"');
