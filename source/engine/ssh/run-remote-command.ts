import {constants} from 'node:os';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {bytesOf, nameOf} from '../host/byte-names.js';
import {CommandTimedOutError} from './command-timed-out-error.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {LastBytes} from './last-bytes.js';
import type {CommandResult, RunCommandOptions} from './shell.js';

type CommandOptions = RunCommandOptions & {readonly namesInOutput?: boolean};

const mostOutput = 16 * 1024 * 1024;
/** How long a background process of an ended command may hold its output open before we stop to wait for more. */
const quietMs = 1000;

/**
Runs one command with the login shell. Of each output the last 16 MiB are kept. With `namesInOutput`, names in it are as `nameOf`
makes them; otherwise what is no UTF-8 is replaced, for people to read.

@throws {ConnectionLostError} When there is no exit status: a channel that closes without one says nothing about the command.
@throws {CommandTimedOutError}
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

			if (tries === 10) {
				throw new ConnectionLostError(connection.name, `it runs no commands (${error.message})`, {cause: error});
			}

			await sleep(20 * tries);
		}
	}
}

class SessionRefusal extends Error {}

async function runOnce(
	connection: Connection,
	command: string,
	{input = '', namesInOutput = false, onOutput, timeoutMs, signal}: CommandOptions,
): Promise<CommandResult> {
	const text = (output: LastBytes) => (namesInOutput ? nameOf(output.toBuffer()) : output.toBuffer().toString('utf8'));
	const running: {channel?: ClientChannel; timer?: NodeJS.Timeout; quiet?: NodeJS.Timeout} = {};
	try {
		return await connection.call<CommandResult>((resolve, reject) => {
			if (timeoutMs !== undefined) {
				running.timer = setTimeout(() => reject(new CommandTimedOutError(connection.name, timeoutMs)), timeoutMs);
			}

			connection.client.exec(connection.wordsOf(command), (error, channel) => {
				if (error) {
					reject(new SessionRefusal(error.message, {cause: error}));
				} else if (signal?.aborted) {
					channel.close();
				} else {
					// At once: output and exit status may have come in the same packet as the answer.
					running.channel = channel;
					listen(channel);
					channel.end(bytesOf(input));
				}
			});

			const listen = (channel: ClientChannel) => {
				const stdout = new LastBytes(mostOutput);
				const stderr = new LastBytes(mostOutput);
				let code: number | undefined;
				const finish = () =>
					code === undefined
						? reject(new ConnectionLostError(connection.name, 'a command ended without an exit status'))
						: resolve({code, stdout: text(stdout), stderr: text(stderr)});
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
					stdout.add(chunk);
					onOutput?.(chunk.toString());
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
			// OpenSSH passes signals on for ordinary users only; root's command notices that nobody reads any more.
			running.channel.signal('KILL');
			running.channel.close();
		}

		throw error;
	} finally {
		clearTimeout(running.timer);
		clearTimeout(running.quiet);
	}
}

function signalNumber(name = ''): number {
	return (constants.signals as Readonly<Record<string, number>>)[`SIG${name.replace(/^SIG/, '')}`] ?? 0;
}
