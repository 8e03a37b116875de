import {readFile, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {AppError} from '../../errors/app-error.js';
import type {Clock} from '../../host/clock.js';
import {isFileRefusal} from '../../host/file-reason.js';
import {isMissing} from '../../host/is-missing.js';
import type {Instance} from '../cloud.js';
import {bootId} from './boot-id.js';
import {trimConsole} from './console-log.js';
import {findProcess, isDiskInUse} from './find-process.js';
import {type InstanceFacts, readFacts, writeEnded} from './instance-record.js';
import {instanceState, reasons} from './instance-state.js';
import {keepSwitch} from './keep-switch.js';
import {networkOf, switchSockets} from './network.js';
import {askRunState} from './qmp.js';

/** Looks at what really runs; notes the end of an instance when it is the first to see it. */
export async function describeInstance(facts: InstanceFacts, clock: Clock): Promise<Instance> {
	const pid = facts.ended ? undefined : await findProcess(facts.folder);
	const found = instanceState({
		ended: facts.ended,
		terminating: facts.terminating !== undefined,
		started: facts.started !== undefined,
		alive: pid !== undefined,
		runState: pid === undefined ? undefined : await askRunState(facts.folder),
	});
	if (pid !== undefined) {
		await trimConsole(facts.folder);
	}

	if (!found.toSettle) {
		const isJoined = pid === undefined || (await keepsJoined(facts));
		return toInstance(facts, isJoined || found.stateReason ? found : {...found, stateReason: reasons.alone});
	}

	if (await isDiskInUse(facts.folder)) {
		const state = facts.terminating ? 'shutting-down' : 'running';
		return toInstance(facts, {state, stateReason: reasons.elsewhere});
	}

	const reason = await whyEnded(facts);
	try {
		await settle(facts, reason, clock);
	} catch (error) {
		if (!isFileRefusal(error)) {
			throw error; // Its folder may have been taken away while we looked, or the disk may be full; it is gone all the same.
		}
	}

	return toInstance(facts, {state: 'terminated', stateReason: reason});
}

/** Watches the switch that joins a running instance to its peers; returns whether it is there, perhaps anew. */
async function keepsJoined({folder, record}: InstanceFacts): Promise<boolean> {
	const network = networkOf(record);
	try {
		if (network !== undefined) {
			await keepSwitch(dirname(dirname(folder)), network);
		}

		return true;
	} catch (error) {
		if (error instanceof AppError) {
			return false; // The instance runs all the same; what needs no peers goes on.
		}

		throw error;
	}
}

/** Takes away what a gone instance leaves on the disk, its secret first; `ended.json` says that all this is done. */
export async function settle({folder}: InstanceFacts, reason: string, clock: Clock): Promise<void> {
	for (const name of ['seed.raw', 'disk.qcow2', 'qmp.sock', ...Object.values(switchSockets), 'qemu.pid']) {
		await rm(join(folder, name), {force: true});
	}

	await writeEnded(folder, {endedAt: clock.now().toISOString(), reason});
}

function toInstance({record}: InstanceFacts, found: Pick<Instance, 'state' | 'stateReason'>): Instance {
	const gone = found.state === 'terminated';
	return {
		id: record.id,
		state: found.state,
		...(found.stateReason === undefined ? {} : {stateReason: found.stateReason}),
		imageId: record.imageId,
		instanceType: record.instanceType,
		clientToken: record.clientToken,
		tags: record.tags,
		launchedAt: record.launchedAt,
		...(gone ? {} : {privateAddress: record.privateAddress, ssh: {host: '127.0.0.1', port: record.sshPort}}),
	};
}

async function whyEnded({folder, started}: InstanceFacts): Promise<string> {
	// Read again, for it may have been asked to end after we had read and before we looked for its process.
	if ((await readFacts(folder))?.terminating) {
		return reasons.asked;
	}

	if (started && started.bootId !== (await bootId())) {
		return reasons.hostRestart;
	}

	const words = await lastWords(folder, started?.logBytes ?? 0);
	// QEMU takes its pid file away when it ends in order, and says who made it end when it was not the guest.
	if (words === '' && !(await exists(join(folder, 'qemu.pid')))) {
		return reasons.guest;
	}

	return `${reasons.crash}: QEMU ended${words === '' ? ' without a word' : `: ${words}`}`;
}

/** The last line QEMU itself wrote, after the given place. */
export async function lastWords(folder: string, fromByte: number): Promise<string> {
	try {
		const log = (await readFile(join(folder, 'qemu.log'))).subarray(fromByte).toString('utf8');
		return (log.trim().split('\n').at(-1) ?? '').replace(/^qemu-system-x86_64: /, '').slice(0, 300);
	} catch (error) {
		if (isMissing(error)) {
			return '';
		}

		throw error;
	}
}

async function exists(file: string): Promise<boolean> {
	try {
		await stat(file);
		return true;
	} catch (error) {
		if (isMissing(error)) {
			return false;
		}

		throw error;
	}
}
