import {constants} from 'node:os';
import type {ClientChannel} from 'ssh2';
import {CancelledError} from '../errors/cancelled-error.js';
import {CommandTimedOutError} from './command-timed-out-error.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {LastBytes} from './last-bytes.js';
import type {CommandResult, RunCommandOptions} from './shell.js';

const mostOutput = 16 * 1024 * 1024;
/** How long a background process of an ended command may hold its output open before we stop to wait for more. */
const quietMs = 3000;

/**
Runs one command with the login shell. Of each output the last 16 MiB are kept.

@throws {ConnectionLostError} When there is no exit status: a channel that closes without one says nothing about the command.
@throws {CommandTimedOutError}
@throws {CancelledError}
*/
export async function runRemoteCommand(
	connection: Connection,
	command: string,
	options: RunCommandOptions = {},
): Promise<CommandResult> {
	return connection.oneOfSessions(async () => runNow(connection, command, options));
}

async function runNow(
	connection: Connection,
	command: string,
	{input = '', timeoutMs, signal}: RunCommandOptions,
): Promise<CommandResult> {
	const channel = await connection.call<ClientChannel>((resolve, reject) => {
		connection.client.exec(command, (error, stream) => {
			if (error) {
				reject(new ConnectionLostError(connection.name, `it does not run commands (${error.message})`, {cause: error}));
			} else if (signal?.aborted) {
				stream.close();
				reject(new CancelledError());
			} else {
				resolve(stream);
			}
		});
	}, signal);

	const stdout = new LastBytes(mostOutput);
	const stderr = new LastBytes(mostOutput);
	let code: number | undefined;
	let timer: NodeJS.Timeout | undefined;
	let quiet: NodeJS.Timeout | undefined;
	try {
		await connection.call<void>((resolve, reject) => {
			if (timeoutMs !== undefined) {
				timer = setTimeout(() => reject(new CommandTimedOutError(connection.name, timeoutMs)), timeoutMs);
			}

			const waitForQuiet = () => {
				if (code !== undefined) {
					clearTimeout(quiet);
					quiet = setTimeout(() => {
						channel.close();
						resolve();
					}, quietMs);
				}
			};
			channel.on('data', (chunk: Buffer) => {
				stdout.add(chunk);
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
			channel.on('close', () => resolve());
			channel.end(input);
		}, signal);
	} catch (error) {
		if (!connection.closed) {
			// Closing the channel alone would leave the command running.
			channel.signal('KILL');
			channel.close();
		}

		throw error;
	} finally {
		clearTimeout(timer);
		clearTimeout(quiet);
	}

	if (code === undefined) {
		throw new ConnectionLostError(connection.name, 'a command ended without an exit status');
	}

	return {code, stdout: stdout.toString(), stderr: stderr.toString()};
}

function signalNumber(name = ''): number {
	return (constants.signals as Readonly<Record<string, number>>)[`SIG${name.replace(/^SIG/, '')}`] ?? 0;
}
