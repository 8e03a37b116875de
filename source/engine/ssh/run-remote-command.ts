import {constants} from 'node:os';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {bytesOf, nameOf} from '../host/byte-names.js';
import {askedMs, awaitGo, BegunCommand, beginMs} from './begun-command.js';
import {CommandTimedOutError} from './command-timed-out-error.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {LastBytes} from './last-bytes.js';
import {LoginShellError} from './login-refused-error.js';
import type {CommandResult, RunCommandOptions} from './shell.js';

type CommandOptions = RunCommandOptions & {readonly namesInOutput?: boolean};

const mostOutput = 16 * 1024 * 1024;
/** How long a background process of an ended command may hold its output open before we stop to wait for more. */
const quietMs = 1000;

/**
Runs one command with sh. Of each output the last 16 MiB are kept. With `namesInOutput`, names in it are as `nameOf`
makes them; otherwise what is no UTF-8 is replaced, for people to read.

@throws {ConnectionLostError} When there is no exit status: a channel that closes without one says nothing about the command.
@throws {CommandTimedOutError}
@throws {LoginShellError}
@throws {CancelledError}
*/
export async function runRemoteCommand(
	connection: Connection,
	command: string,
	options: CommandOptions = {},
): Promise<CommandResult> {
	return connection.oneOfSessions(async () => runNow(connection, command, options));
}

/** A session that has just ended may still count at the server, which then refuses a new one: nothing has run, so ask again. */
async function runNow(connection: Connection, command: string, options: CommandOptions): Promise<CommandResult> {
	for (let tries = 1; ; tries++) {
		try {
			return await runOnce(connection, command, options);
		} catch (error) {
			if (!(error instanceof SessionRefusal)) {
				throw error;
			}

			if (tries === 6) {
				return await apart(connection, command, options);
			}

			await sleep(20 * tries);
		}
	}
}

/** @throws {ConnectionLostError} When it refuses a first session, too. */
async function apart(connection: Connection, command: string, options: CommandOptions): Promise<CommandResult> {
	try {
		return await connection.apart(async other => runOnce(other, command, options));
	} catch (error) {
		if (error instanceof SessionRefusal) {
			throw new ConnectionLostError(connection.name, `it runs no commands (${error.message})`, {cause: error});
		}

		throw error;
	}
}

class SessionRefusal extends Error {}

async function runOnce(
	connection: Connection,
	command: string,
	{input = '', namesInOutput = false, onOutput, timeoutMs, signal}: CommandOptions,
): Promise<CommandResult> {
	const text = (output: LastBytes) => (namesInOutput ? nameOf(output.toBuffer()) : output.toBuffer().toString('utf8'));
	const running: {
		channel?: ClientChannel;
		begun?: BegunCommand;
		timer?: NodeJS.Timeout;
		quiet?: NodeJS.Timeout;
		begin?: NodeJS.Timeout;
		asked?: NodeJS.Timeout;
	} = {};
	try {
		return await connection.call<CommandResult>((resolve, reject) => {
			if (timeoutMs !== undefined) {
				running.timer = setTimeout(() => reject(new CommandTimedOutError(connection.name, timeoutMs)), timeoutMs);
			}

			const begun = new BegunCommand(input === '' ? command : `${awaitGo}; ${command}`);
			running.begun = begun;
			connection.client.exec(connection.wordsOf(begun), (error, channel) => {
				if (error) {
					reject(new SessionRefusal(error.message, {cause: error}));
				} else if (signal?.aborted) {
					channel.close();
				} else {
					// At once: output and exit status may have come in the same packet as the answer.
					running.channel = channel;
					listen(channel);
					if (input === '') {
						channel.end(); // So nothing that a start-up file asks is waited for.
					} else {
						running.asked = setInterval(() => channel.write('\n'), askedMs);
					}

					running.begin = setTimeout(() => {
						const ended = `nothing came of it within ${beginMs / 1000} s`;
						reject(new LoginShellError(connection.name, ended, begun.said));
						channel.close();
					}, beginMs);
				}
			});

			const listen = (channel: ClientChannel) => {
				const stdout = new LastBytes(mostOutput);
				const stderr = new LastBytes(mostOutput);
				let code: number | undefined;
				const finish = () => {
					if (code === undefined) {
						reject(new ConnectionLostError(connection.name, 'a command ended without an exit status'));
					} else if (!begun.hasBegun && code < 128) {
						const said = begun.said || text(stderr).trim().slice(0, 200);
						reject(new LoginShellError(connection.name, `it ended with exit code ${code}`, said));
					} else {
						resolve({code, stdout: text(stdout), stderr: text(stderr)});
					}
				};
				const waitForQuiet = () => {
					if (code !== undefined) {
						clearTimeout(running.quiet);
						running.quiet = setTimeout(() => {
							channel.close();
							finish();
						}, quietMs);
					}
				};
				channel.on('data', (chunk: Buffer) => {
					const isFirst = !begun.hasBegun;
					const own = begun.take(chunk);
					stdout.add(own);
					// What is said before, and instead of, may be of use.
					const heard = begun.hasBegun ? own : chunk;
					if (heard.length > 0) {
						onOutput?.(heard.toString());
					}

					if (isFirst && begun.hasBegun) {
						clearTimeout(running.begin);
						clearInterval(running.asked);
						if (input !== '') {
							channel.write('go\n');
							channel.end(bytesOf(input));
						}
					}

					waitForQuiet();
				});
				channel.stderr.on('data', (chunk: Buffer) => {
					stderr.add(chunk);
					waitForQuiet();
				});
				channel.on('exit', (status: number | null, signalName?: string) => {
					code = status ?? 128 + signalNumber(signalName);
					waitForQuiet();
				});
				channel.on('error', () => undefined); // Input it did not want; its exit status tells.
				channel.on('close', finish);
			};
		}, signal);
	} catch (error) {
		if (running.channel && !connection.closed) {
			// OpenSSH passes signals on for ordinary users only, and what computes sums does not notice that nobody reads any more.
			running.channel.signal('KILL');
			running.channel.close();
			endGroup(connection, running.begun?.pid);
		}

		throw error;
	} finally {
		clearTimeout(running.timer);
		clearTimeout(running.begin);
		clearInterval(running.asked);
		clearTimeout(running.quiet);
	}
}

/** Ends what a command has begun, in its process group, which is its session's own. Nobody waits for it. */
function endGroup(connection: Connection, pid: number | undefined): void {
	if (pid !== undefined) {
		const words = connection.wordsOf(new BegunCommand(`pid=${pid}; ${endGroupScript}`));
		connection.client.exec(words, (error, channel) => {
			if (!error) {
				channel.on('error', () => undefined).resume();
				channel.stderr.resume();
				channel.end();
			}
		});
	}
}

/** Not where a server gives its commands no group of their own: that would be the server's. */
const endGroupScript = [
	`group() { read -r stat <"/proc/$1/stat" && set -- \${stat##*) } && echo "$3"; }`,
	'its=$(group "$pid") && own=$(group $$) && [ "$its" -gt 1 ] && [ "$its" != "$own" ] && kill -s KILL -- "-$its"',
].join('; ');

function signalNumber(name = ''): number {
	return (constants.signals as Readonly<Record<string, number>>)[`SIG${name.replace(/^SIG/, '')}`] ?? 0;
}
