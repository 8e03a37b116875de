import {type ChildProcess, spawn} from 'node:child_process';
import {open, rm, stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {basename, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {MissingProgramError} from '../../host/missing-program-error.js';
import {runProgram} from '../../host/run-program.js';
import {bootId} from './boot-id.js';
import {lastWords} from './describe-instance.js';
import {endQemu} from './end-qemu.js';
import {findProcess} from './find-process.js';
import {type InstanceRecord, rewriteRecord, writeStarted} from './instance-record.js';
import {InstanceStartError} from './instance-start-error.js';
import {type Machine, qemuArguments} from './qemu-arguments.js';
import {askRunState} from './qmp.js';

/** Told of each effect just after it, so that a test can break something or end the process there. */
export type Trace = (point: TracePoint, instanceId?: string) => void;
export type TracePoint =
	| 'reservation noted'
	| 'folder made'
	| 'disk made'
	| 'seed made'
	| 'qemu spawned'
	| 'start noted';

const startTimeoutMs = 60_000;
const mostTries = 5;

/**
Makes the disks of an instance and starts its QEMU, in a session of its own: it outlives this process.

@throws {InstanceStartError} When QEMU does not come up; then none runs.
*/
export async function startInstance(folder: string, machine: Machine, seed: Buffer, trace: Trace): Promise<void> {
	let {record} = machine;
	await rm(join(folder, 'disk.qcow2'), {force: true});
	const backing = join(machine.imageFolder, 'disk.qcow2');
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', backing, 'disk.qcow2'], {
		cwd: folder,
	});
	trace('disk made', record.id);
	await rm(join(folder, 'seed.raw'), {force: true});
	await writeFile(join(folder, 'seed.raw'), seed, {mode: 0o600, flag: 'wx'});
	trace('seed made', record.id);

	for (let tries = 1; ; tries++) {
		const qemu = await spawnQemu(folder, qemuArguments({...machine, record}));
		trace('qemu spawned', record.id);
		if (await comesUp(qemu, folder)) {
			break;
		}

		await endQemu(folder);
		if (tries === mostTries || (await isPortFree(record.sshPort))) {
			throw new InstanceStartError(record.id, await lastWords(folder, 0));
		}

		// Somebody took the port between our look and QEMU's start.
		record = await withFreePort(record);
		await rewriteRecord(folder, record);
	}

	await noteStarted(folder);
	trace('start noted', record.id);
}

/**
Writes down that QEMU runs: from now on the instance is one that is, or was.

@throws {InstanceStartError} When it has ended meanwhile.
*/
export async function noteStarted(folder: string): Promise<void> {
	const pid = await findProcess(folder);
	if (pid === undefined) {
		throw new InstanceStartError(basename(folder), await lastWords(folder, 0));
	}

	const {size} = await stat(join(folder, 'qemu.log'));
	await writeStarted(folder, {pid, bootId: await bootId(), logBytes: size});
}

async function spawnQemu(folder: string, args: readonly string[]): Promise<ChildProcess> {
	await using log = await open(join(folder, 'qemu.log'), 'a', 0o600);
	const {PATH, HOME} = process.env;
	const qemu = spawn('qemu-system-x86_64', args, {
		cwd: folder,
		detached: true,
		stdio: ['ignore', log.fd, log.fd],
		env: {PATH, HOME, LC_ALL: 'C'},
	});
	await new Promise((resolve, reject) => {
		qemu.once('spawn', resolve);
		qemu.once('error', (error: NodeJS.ErrnoException) =>
			reject(error.code === 'ENOENT' ? new MissingProgramError('qemu-system-x86_64', {cause: error}) : error),
		);
	});
	qemu.unref();
	return qemu;
}

/** Whether the guest runs; false when QEMU ended instead, or took far too long. */
async function comesUp(qemu: ChildProcess, folder: string): Promise<boolean> {
	const end = performance.now() + startTimeoutMs;
	while (performance.now() < end) {
		if (qemu.exitCode !== null || qemu.signalCode !== null) {
			return false;
		}

		if ((await askRunState(folder)) === 'running') {
			return true;
		}

		await delay(20);
	}

	return false;
}

/** The same record with a port of the loopback interface that nobody listens on now. */
export async function withFreePort(record: InstanceRecord): Promise<InstanceRecord> {
	return {...record, sshPort: await listenOn(0)};
}

async function isPortFree(port: number): Promise<boolean> {
	try {
		await listenOn(port);
		return true;
	} catch {
		return false;
	}
}

/** Listens for a moment; returns the port. */
function listenOn(port: number): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
		});
	});
}
