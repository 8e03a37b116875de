import {randomBytes} from 'node:crypto';
import type {ClientChannel} from 'ssh2';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {LoginShellError} from './login-refused-error.js';
import {shellQuote} from './shell-quote.js';

/**
A command for sh, in words that any login shell understands, and that says when it has begun: what start-up files of the login shell
print before that (`~/.bashrc`, which bash reads when sshd starts it) is none of its output.
*/
export class BegunCommand {
	readonly #mark = Buffer.from(`d2cm-${randomBytes(12).toString('hex')}:`);
	#before: Buffer = Buffer.alloc(0);
	#hasBegun = false;
	#pid: number | undefined;

	constructor(readonly script: string) {}

	/** No `exec`, which rbash refuses; others do it by themselves. */
	get words(): string {
		return `sh -c ${shellQuote(oneLine(`printf %s ${this.#mark}$$:; ${this.script}`))}`;
	}

	get hasBegun(): boolean {
		return this.#hasBegun;
	}

	/** Of its sh on the instance; undefined until it has begun. */
	get pid(): number | undefined {
		return this.#pid;
	}

	/** The last line that came before it, for people. */
	get said(): string {
		return this.#before.toString('utf8').trim().split('\n').at(-1)?.slice(0, 200) ?? '';
	}

	/** Of a piece of the output, what the command itself wrote. */
	take(chunk: Buffer): Buffer {
		if (this.#hasBegun) {
			return chunk;
		}

		this.#before = Buffer.concat([this.#before.subarray(-1000), chunk]);
		const at = this.#before.indexOf(this.#mark);
		const end = at < 0 ? -1 : this.#before.indexOf(':', at + this.#mark.length);
		if (end < 0) {
			return Buffer.alloc(0);
		}

		this.#hasBegun = true;
		const pid = this.#before.toString('latin1', at + this.#mark.length, end);
		this.#pid = /^[1-9]\d{0,9}$/.test(pid) ? Number(pid) : undefined;
		const own = this.#before.subarray(end + 1);
		this.#before = this.#before.subarray(0, at);
		return own;
	}
}

/**
The channel of a command that has begun and reads what it is given, or the server's refusal of a session. A start-up file that asks
something gets empty lines for an answer; a command that may come to see them, too, passes over such.

@throws {LoginShellError}
@throws {ConnectionLostError}
*/
export async function openBegun(connection: Connection, begun: BegunCommand): Promise<ClientChannel | Error> {
	const timers: NodeJS.Timeout[] = [];
	try {
		return await connection.call<ClientChannel | Error>((resolve, reject) => {
			const fail = (ended: string) => reject(new LoginShellError(connection.name, ended, begun.said));
			connection.client.exec(connection.wordsOf(begun), (error, channel) => {
				if (error) {
					resolve(error);
					return;
				}

				const take = (chunk: Buffer) => {
					begun.take(chunk);
					if (begun.hasBegun) {
						channel.off('data', take);
						channel.off('close', lose);
						channel.off('exit', end);
						resolve(channel);
					}
				};
				const lose = () => reject(new ConnectionLostError(connection.name, 'its sh ended'));
				const end = (code: number | null) => (code === null ? lose() : fail(`it ended with exit code ${code}`));
				channel.on('data', take);
				channel.once('exit', end);
				channel.once('close', lose);
				const giveUp = () => {
					fail(`nothing came of it within ${beginMs / 1000} s`);
					channel.close();
				};
				timers.push(
					setInterval(() => channel.write('\n'), askedMs),
					setTimeout(giveUp, beginMs),
				);
			});
		});
	} finally {
		timers.forEach(clearTimeout);
	}
}

/** So long a login shell may take to come to a command, and so long it is silent when it asks something. */
export const [beginMs, askedMs] = [20_000, 2000];

/** What a command that reads its input begins with: answers to what a start-up file asked, if they come late, are not for it. */
export const awaitGo = 'until [ "$go" = go ]; do read -r go || exit; done';

/**
A script without what not every shell leaves alone between single quotes: csh ends a line, and looks for `!`; fish takes
what a backslash stands before for something else.
*/
function oneLine(script: string): string {
	if (!/[\n!\\']/.test(script)) {
		return script;
	}

	const escaped = script
		.replaceAll('\\', '\\0134')
		.replaceAll('\n', '\\n')
		.replaceAll('!', '\\0041')
		.replaceAll("'", '\\0047');
	return `eval "$(printf %b ${shellQuote(escaped)})"`;
}
