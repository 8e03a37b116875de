import {access, constants, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {findAccelerator} from '../engine/cloud/local/accelerator.js';
import {readHostFigures} from '../engine/cloud/local/host-figures.js';
import {mustJoinPrivately, readQemuBuild} from '../engine/cloud/local/qemu-build.js';
import {checkCloudAddresses} from '../engine/credentials/check-credential.js';
import {AppError} from '../engine/errors/app-error.js';
import {fileReason, isFileRefusal} from '../engine/host/file-reason.js';
import {placeOfProxy, proxyFor} from '../engine/host/outgoing/proxy-for.js';
import {trustedAuthorities} from '../engine/host/outgoing/trusted-authorities.js';
import {runProgram} from '../engine/host/run-program.js';
import {shellQuote} from '../engine/ssh/shell-quote.js';
import type {Database, Settings} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import {makePrivateFolder} from '../store/private-folder.js';
import type {DoctorFinding} from './d2cm.js';
import {examinePrograms} from './examine-programs.js';

const mib = 1024;

/** What this machine can do for D2CM. Looking never stops at the first thing that is missing. */
export async function examineMachine(
	{home, local}: HomePaths,
	{settings: {localCpuOvercommit}, clouds}: Examined,
): Promise<readonly DoctorFinding[]> {
	// A full disk is one of the things to be told.
	const isThere = await makePrivateFolder(local).then(
		() => true,
		() => false,
	);
	const findings = await Promise.all([
		examineNode(),
		examinePrograms(),
		examineFuse(),
		examineProcessor(local),
		examineGuests(),
		examineFigures(isThere ? local : home, localCpuOvercommit),
		examineHome(home),
		examineWay(),
		examineClouds(clouds),
	]);
	return findings.flat();
}

type Examined = {
	readonly settings: Pick<Settings, 'localCpuOvercommit'>;
	readonly clouds: Database['clouds'];
};

/** How clouds are asked from here. An address stands for all: what NO_PROXY names goes another way. */
async function examineWay(): Promise<readonly DoctorFinding[]> {
	const subject = 'way to clouds';
	try {
		await trustedAuthorities(process.env);
		const proxy = proxyFor(new URL('https://ec2.amazonaws.com'), process.env);
		const past = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
		const found =
			proxy === undefined
				? 'direct'
				: `by the proxy ${placeOfProxy(proxy)} (${proxy.variable})${past === '' ? '' : `, but for ${past}`}`;
		return [{subject, ok: true, found}];
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		return [{subject, ok: false, found: error.message, hint: error.hint}];
	}
}

/** They work, and their users should know. */
const examineClouds = (clouds: Database['clouds']): readonly DoctorFinding[] =>
	clouds.flatMap(cloud =>
		checkCloudAddresses(cloud).map(({message}) => ({subject: `cloud ${cloud.name}`, ok: true, found: message})),
	);

function examineNode(): DoctorFinding {
	const ok = Number(process.versions.node.split('.')[0]) >= 22;
	return {subject: 'node', ok, found: process.version, ...(!ok && {hint: 'Install Node 22 or later.'})};
}

/** With FUSE a disk is edited where it lies; without, a copy of what is in it is edited. */
async function examineFuse(): Promise<DoctorFinding> {
	const subject = 'FUSE';
	try {
		await access('/dev/fuse', constants.R_OK | constants.W_OK);
		await runProgram('fusermount3', ['--version']);
		return {subject, ok: true, found: 'usable'};
	} catch {
		return {subject, ok: true, found: 'not usable: migrations copy the disk instead and take longer'};
	}
}

async function examineProcessor(local: string): Promise<DoctorFinding> {
	const subject = 'acceleration';
	try {
		const {accelerator, why} = await findAccelerator(local);
		return {subject, ok: true, found: `${accelerator === 'kvm' ? 'KVM' : 'emulation (TCG)'}. ${why}`};
	} catch (error) {
		if (isFileRefusal(error)) {
			return {subject, ok: false, found: `not tried: ${fileReason(error)}`, hint: 'Mend that, then look again.'};
		}

		if (!(error instanceof AppError)) {
			throw error;
		}

		return {subject, ok: false, found: error.message, hint: error.hint};
	}
}

/** How guests of the local cloud are kept apart from others on this machine. */
async function examineGuests(): Promise<readonly DoctorFinding[]> {
	try {
		const {version, hasSandbox} = await readQemuBuild();
		const sandbox = hasSandbox
			? 'on: whoever breaks out of a guest can start no program'
			: 'not there: this QEMU refuses it (is it built without seccomp?), so whoever breaks out of a guest has your rights';
		return [{subject: 'QEMU sandbox', ok: true, found: sandbox}, examinePrivateNetwork(version)];
	} catch (error) {
		if (error instanceof AppError) {
			return []; // Then QEMU itself is said to be missing.
		}

		throw error;
	}
}

function examinePrivateNetwork(qemuVersion: string): DoctorFinding {
	const subject = 'private network';
	try {
		mustJoinPrivately(qemuVersion);
		return {subject, ok: true, found: 'by sockets that are closed to other users'};
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		return {subject, ok: false, found: error.message, hint: error.hint};
	}
}

async function examineFigures(local: string, overcommit: number): Promise<readonly DoctorFinding[]> {
	const {availableMemoryMib, cores, freeDiskMib} = await readHostFigures(local, overcommit);
	const gib = (value: number) => `${(value / mib).toFixed(1)} GiB`;
	const hasMemory = availableMemoryMib >= mib;
	const hasDisk = freeDiskMib >= 4 * mib;
	return [
		{
			subject: 'memory',
			ok: hasMemory,
			found: `${gib(availableMemoryMib)} free`,
			...(!hasMemory && {hint: 'Free some memory: an instance of the local cloud takes at least 0.7 GiB.'}),
		},
		{subject: 'processors', ok: true, found: `${cores}, given out ${overcommit} times`},
		{
			subject: 'disk',
			ok: hasDisk,
			found: `${gib(freeDiskMib)} free in the data folder`,
			...(!hasDisk && {hint: 'Free some disk space, or move the data folder by D2CM_HOME.'}),
		},
	];
}

async function examineHome(home: string): Promise<DoctorFinding> {
	const subject = 'data folder';
	const probe = join(home, `.probe-${process.pid}`);
	try {
		await access(join(home, 'db.json'), constants.R_OK | constants.W_OK);
		await writeFile(probe, 'x', {mode: 0o600});
		return {subject, ok: true, found: home};
	} catch (error) {
		const isForbidden = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
		return {
			subject,
			ok: false,
			found: `${home} cannot be written: ${fileReason(error)}`,
			hint: isForbidden
				? `Give it to yourself: sudo chown -R "$USER" ${shellQuote(home)}`
				: 'Mend that. What runs can be seen, cancelled and reaped meanwhile.',
		};
	} finally {
		await rm(probe, {force: true}).catch(() => undefined);
	}
}
