import {readdir, readFile, readlink, realpath} from 'node:fs/promises';
import {join} from 'node:path';

/**
The process that has a file open for writing, as `VirtualBoxVM (process 4711)`; undefined when there is none among those we
may look into, which are the user's own.
*/
export async function findWriter(file: string): Promise<string | undefined> {
	const path = await realpath(file);
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
	const writing = await Promise.all(
		pids.map(async pid => {
			const descriptors = await readdir(join('/proc', pid, 'fd')).catch(() => []); // Not ours, or it has ended.
			const answers = await Promise.all(descriptors.map(async descriptor => isWriting(pid, descriptor, path)));
			return answers.includes(true);
		}),
	);
	const writer = pids.find((_, index) => writing[index]);
	return writer === undefined ? undefined : `${await programName(writer)} (process ${writer})`;
}

async function isWriting(pid: string, descriptor: string, path: string): Promise<boolean> {
	try {
		if ((await readlink(join('/proc', pid, 'fd', descriptor))) !== path) {
			return false;
		}

		const information = await readFile(join('/proc', pid, 'fdinfo', descriptor), 'utf8');
		const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(information)?.[1] ?? '0', 8);
		return (flags & 3) !== 0; // The access mode: 0 is read only.
	} catch {
		return false; // It was closed meanwhile.
	}
}

async function programName(pid: string): Promise<string> {
	return (await readFile(join('/proc', pid, 'comm'), 'utf8').catch(() => 'a program')).trim();
}
