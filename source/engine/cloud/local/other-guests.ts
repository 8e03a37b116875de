import {readdir, readFile, stat} from 'node:fs/promises';
import {runProgram} from '../../host/run-program.js';
import {checkFit, type HostFigures, type Running, roomLeft, type Wanted} from './capacity.js';
import {residentMib} from './find-process.js';

/** A guest of QEMU on this machine that is not of this local cloud, as far as /proc shows it to everybody. */
export type OtherGuest = Running & {
	readonly pid: number;
	readonly uid: number;
	/** In ticks since this machine was started. */
	readonly startedAt: number;
};

/** Those of other users, of other data folders and of other programs. Nothing is known of what is in them. */
export async function readOtherGuests(ours: ReadonlySet<number>): Promise<readonly OtherGuest[]> {
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
	const guests = await Promise.all(pids.filter(pid => !ours.has(pid)).map(readGuest));
	return guests.filter(guest => guest !== undefined);
}

async function readGuest(pid: number): Promise<OtherGuest | undefined> {
	try {
		const promised = parseQemu((await readFile(`/proc/${pid}/cmdline`, 'latin1')).split('\0'));
		if (!promised) {
			return undefined;
		}

		const [{uid}, startedAt, resident] = await Promise.all([stat(`/proc/${pid}`), startOf(pid), residentMib(pid)]);
		return {pid, uid, startedAt, residentMib: resident, ...promised};
	} catch {
		return undefined; // It ended meanwhile, or is hidden from us.
	}
}

/** When a process was started, in ticks; the name before it may have spaces and brackets. */
export async function startOf(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, 'latin1');
	return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
}

/** What a command line of QEMU promises to its guest; undefined for other programs. */
export function parseQemu(words: readonly string[]): Pick<Running, 'memoryMib' | 'vcpus'> | undefined {
	if (!/(?:^|\/)(?:qemu-system-[\w-]+|qemu-kvm|kvm)$/.test(words[0] ?? '')) {
		return undefined;
	}

	const given = (option: string) => words[words.lastIndexOf(option) + 1] ?? '';
	const memory = words.includes('-m') ? /^(?:size=)?(\d+)([bkmgt]?)/i.exec(given('-m')) : undefined;
	const vcpus = words.includes('-smp') ? /^(?:cpus=)?(\d+)/.exec(given('-smp'))?.[1] : undefined;
	const unitMib = {b: 2 ** -20, k: 2 ** -10, m: 1, g: 2 ** 10, t: 2 ** 20}[memory?.[2]?.toLowerCase() ?? ''] ?? 1;
	// Without a word QEMU gives 128 MiB and one processor.
	return {memoryMib: Number(memory?.[1] ?? 128) * unitMib, vcpus: Number(vcpus ?? 1)};
}

/** `Guests of others run here: 2 of anna, 1 of ben.` Empty where there are none. */
export async function whoseWords(others: readonly OtherGuest[]): Promise<string> {
	const ofEach = [...Map.groupBy(others, ({uid}) => uid)].toSorted(([, one], [, other]) => other.length - one.length);
	const me = process.geteuid?.();
	const words = await Promise.all(
		ofEach.map(
			async ([uid, {length}]) =>
				`${length} of ${uid === me ? 'yours, which this data folder does not know' : await userName(uid)}`,
		),
	);
	return words.length === 0 ? '' : `Other guests run here: ${words.join(', ')}.`;
}

async function userName(uid: number): Promise<string> {
	const entry = await runProgram('getent', ['passwd', String(uid)]).catch(() => undefined);
	const name = entry?.stdout.split(':')[0] ?? '';
	return /^[\w.-]+$/.test(name) ? name : `user ${uid}`;
}

/**
Two users who look at once both find room, and no lock is safe from another user. What each has started shows to the other,
though: whoever began later gives way.

@param seen Guests that were there when room was looked for.
@throws {CapacityError} When what was started before ours, and was not seen, has taken the room.
*/
export function mustHaveComeFirst(
	wanted: readonly Wanted[],
	host: HostFigures,
	{
		ours,
		running,
		others,
		seen,
	}: {
		readonly ours: ReadonlyArray<Pick<OtherGuest, 'pid' | 'startedAt' | 'residentMib'>>;
		/** Of this local cloud, without ours. */
		readonly running: readonly Running[];
		readonly others: readonly OtherGuest[];
		readonly seen: ReadonlySet<number>;
	},
): void {
	const isEarlier = (guest: OtherGuest) =>
		ours.some(one => guest.startedAt < one.startedAt || (guest.startedAt === one.startedAt && guest.pid < one.pid));
	const earlier = others.filter(isEarlier);
	if (earlier.every(({pid}) => seen.has(pid))) {
		return;
	}

	const taken = [...ours, ...others.filter(guest => !isEarlier(guest))];
	const availableMemoryMib = taken.reduce((total, one) => total + one.residentMib, host.availableMemoryMib);
	checkFit(wanted, {...roomLeft({...host, availableMemoryMib}, [...running, ...earlier]), diskMib: Infinity});
}
