import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {TestContext} from 'node:test';

/**
Runs a script in a mount namespace of its own, which lives until the test ends. What it mounts hides files of this machine
from whatever joins it, and from nothing else.

@returns What to put before a command so that it runs in there.
*/
export async function privateMounts(t: TestContext, script: string): Promise<string[]> {
	const isRoot = process.getuid?.() === 0;
	const holder = spawn(
		'unshare',
		[...(isRoot ? ['-m'] : ['-rm']), '--propagation', 'private', 'sh', '-ec', `${script}\necho ready; exec sleep 600`],
		{stdio: ['ignore', 'pipe', 'inherit']},
	);
	t.after(async () => {
		holder.kill('SIGKILL');
		await (holder.exitCode === null && holder.signalCode === null ? once(holder, 'exit') : undefined);
	});
	await once(holder.stdout, 'data');
	return ['nsenter', ...(isRoot ? [] : ['--preserve-credentials', '-U']), '-t', String(holder.pid), '-m'];
}
