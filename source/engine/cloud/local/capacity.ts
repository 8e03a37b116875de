import {CapacityError} from '../capacity-error.js';
import type {InstanceType} from '../cloud.js';

/** What QEMU itself needs beside the memory of the guest: translation buffer, device models, stacks. */
export const overheadMib = 200;

/** What an instance writes to its disk before it computes anything, and a little more. */
export const diskMibEach = 512;

/** Left to the rest of this machine. */
export const sparedMemoryMib = 256;

export type Room = {
	/** What could still be taken, once every running instance has grown to its full size. */
	readonly memoryMib: number;
	readonly vcpus: number;
	readonly diskMib: number;
	/** What there would be if nothing ran here. */
	readonly most?: {readonly memoryMib: number; readonly vcpus: number};
};

export type Wanted = {readonly type: InstanceType; readonly count: number};

export type HostFigures = {
	/** Of the whole machine, or of what this process may have of it. */
	readonly totalMemoryMib?: number;
	readonly availableMemoryMib: number;
	readonly cores: number;
	readonly freeDiskMib: number;
	readonly cpuOvercommit: number;
};

/** An instance that is there or about to be. */
export type Running = {
	readonly vcpus: number;
	readonly memoryMib: number;
	readonly residentMib: number;
	/** Left out of one that has no process yet. */
	readonly pid?: number;
};

export function roomLeft(host: HostFigures, running: readonly Running[]): Room {
	const growth = sum(running.map(one => Math.max(0, one.memoryMib + overheadMib - one.residentMib)));
	const usedVcpus = sum(running.map(one => one.vcpus));
	const mostVcpus = Math.floor(host.cores * host.cpuOvercommit);
	return {
		memoryMib: Math.max(0, Math.floor(host.availableMemoryMib - growth - sparedMemoryMib)),
		vcpus: Math.max(0, mostVcpus - usedVcpus),
		diskMib: Math.max(0, Math.floor(host.freeDiskMib)),
		...(host.totalMemoryMib !== undefined && {
			most: {memoryMib: Math.floor(host.totalMemoryMib - sparedMemoryMib), vcpus: mostVcpus},
		}),
	};
}

/**
@param whose Whose guests run here, as a sentence.
@throws {CapacityError} With the figures of everything that does not fit, when something does not. Its reason is `room` where waiting
	may help, and `limit` where this machine would be too small with nothing else on it.
*/
export function checkFit(wanted: readonly Wanted[], room: Room, whose = ''): void {
	const count = sum(wanted.map(one => one.count));
	const memoryMib = sum(wanted.map(one => one.count * (one.type.memoryMib + overheadMib)));
	const vcpus = sum(wanted.map(one => one.count * one.type.vcpus));
	const diskMib = count * diskMibEach;
	const lacking = [
		memoryMib > room.memoryMib && {
			want: `${figure(memoryMib)} MiB of memory`,
			has: `${figure(room.memoryMib)} MiB free`,
		},
		vcpus > room.vcpus && {want: `${figure(vcpus)} vCPUs`, has: `${figure(room.vcpus)} vCPUs to give`},
		diskMib > room.diskMib && {want: `${figure(diskMib)} MiB of disk`, has: `${figure(room.diskMib)} MiB of disk free`},
	].filter(one => one !== false);
	if (lacking.length === 0) {
		return;
	}

	const what = wanted.map(({type, count: each}) => `${figure(each)} x ${type.name}`).join(' and ');
	const singular = count === 1 && wanted.length === 1;
	const isTooMuch = room.most !== undefined && (memoryMib > room.most.memoryMib || vcpus > room.most.vcpus);
	throw new CapacityError(
		`${what} ${singular ? 'wants' : 'want'} ${list(lacking.map(one => one.want))}; this machine has ${list(lacking.map(one => one.has))}.${whose === '' ? '' : ` ${whose}`}`,
		isTooMuch
			? 'Choose a smaller instance type or fewer instances.'
			: 'Choose a smaller instance type or fewer instances, terminate what still runs here, or wait for room (--when-full wait).',
		{reason: isTooMuch ? 'limit' : 'room'},
	);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const figure = (value: number): string => Math.round(value).toLocaleString('en-US');
const list = (words: readonly string[]): string =>
	words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
