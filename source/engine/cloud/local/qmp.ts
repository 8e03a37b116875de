import {constants, type FileHandle, open} from 'node:fs/promises';
import {connect, type Socket} from 'node:net';
import {createInterface} from 'node:readline';

/**
Says one command to the QEMU of an instance and returns its answer; undefined when nobody answers in time, which is what a
process that is starting, stuck or gone has in common. The socket is reached through the folder's descriptor, since a path
to a socket may have 107 bytes at most.

@see https://www.qemu.org/docs/master/interop/qmp-spec.html
*/
export async function askQemu(folder: string, command: string, timeoutMs = 1000): Promise<unknown> {
	let handle: FileHandle;
	try {
		handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	} catch {
		return undefined; // The folder is gone, so is whoever would answer.
	}

	const socket = connect(`/proc/self/fd/${handle.fd}/qmp.sock`);
	try {
		return await converse(socket, command, AbortSignal.timeout(timeoutMs));
	} finally {
		socket.destroy();
		await handle.close();
	}
}

/** QEMU greets; capabilities are agreed on; then it takes the command. */
function converse(socket: Socket, command: string, signal: AbortSignal): Promise<unknown> {
	return new Promise(resolve => {
		const say = (execute: string) => socket.write(`${JSON.stringify({execute, id: execute})}\n`);
		signal.addEventListener('abort', () => resolve(undefined), {once: true});
		socket.on('error', () => resolve(undefined));
		socket.on('close', () => resolve(undefined));
		const lines = createInterface({input: socket});
		lines.on('error', () => resolve(undefined)); // It passes on what the socket says.
		lines.on('line', line => {
			const message = parse(line);
			if (message.QMP) {
				say('qmp_capabilities');
			} else if (message.id === 'qmp_capabilities') {
				say(command);
			} else if (message.id === command) {
				resolve(message.return);
			}
		});
	});
}

type Message = {readonly QMP?: unknown; readonly id?: string; readonly return?: unknown};

function parse(line: string): Message {
	try {
		return JSON.parse(line) as Message;
	} catch {
		return {}; // QEMU was cut off in the middle of a word.
	}
}

/** What the guest does, in QEMU's words: `running`, `paused`, `io-error`, `shutdown`, ...; undefined without an answer. */
export async function askRunState(folder: string, timeoutMs?: number): Promise<string | undefined> {
	const answer = await askQemu(folder, 'query-status', timeoutMs);
	return typeof answer === 'object' && answer !== null && 'status' in answer ? String(answer.status) : undefined;
}
