import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {MissingProgramError} from './missing-program-error.js';
import {withoutSecrets} from './run-program.js';

/**
Does work that no other process may do at the same time, whichever waits for its turn. The kernel keeps the lock for a
`flock` child that lives as long as its standard input: when this process dies, however hard, the lock is free.
*/
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
	const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
		stdio: ['pipe', 'pipe', 'ignore'],
		env: withoutSecrets(),
		// Ctrl-C is for us; the lock stays until we are done.
		detached: true,
	});
	holder.stdin.on('error', () => undefined); // It may be gone; then the lock is free anyway.
	const ended = new Promise<void>(resolve => {
		holder.once('close', () => resolve());
		holder.once('error', () => resolve());
	});
	try {
		await Promise.race([
			once(holder.stdout, 'data'),
			once(holder, 'exit').then(([code]) => {
				throw new Error(`flock ended with ${code} before it held ${file}.`);
			}),
		]);
	} catch (error) {
		throw error instanceof Error && 'code' in error && error.code === 'ENOENT'
			? new MissingProgramError('flock', {cause: error})
			: error;
	}

	try {
		return await work();
	} finally {
		holder.stdin.end();
		await ended;
	}
}
