import {readFile} from 'node:fs/promises';

/** One run of one process: a number alone is given out again, after a while or after a reboot. */
export type ProcessIdentity = {
	readonly pid: number;
	/** Boot and clock ticks since then at which it started; empty where the system does not tell. */
	readonly started: string;
};

/**
Who a process is, or undefined when it does not live; a zombie does not.

@see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
*/
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
	try {
		const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
		// The second field is the program's name in brackets and may hold anything, so count from the last bracket.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [state, startTicks = ''] = [fields[0], fields[19]];
		return state === 'Z' || state === 'X' ? undefined : {pid, started: `${await bootId()}/${startTicks}`};
	} catch {
		return (await bootId()) === '' && answersSignals(pid) ? {pid, started: ''} : undefined;
	}
}

/** Whether the very process that was written down still lives. */
export async function isAlive({pid, started}: ProcessIdentity): Promise<boolean> {
	const now = await processIdentity(pid);
	return now !== undefined && now.started === started;
}

let knownBootId: Promise<string> | undefined;

/** Empty where there is no /proc. */
export async function bootId(): Promise<string> {
	knownBootId ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
		text => text.trim(),
		() => '',
	);
	return knownBootId;
}

function answersSignals(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
