import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';

export type ProcessCost = {readonly wallMs: number; readonly peakRssMib: number};

const pollMs = 20;

/** Wall time and peak memory of one process; what its children need does not count. */
export async function measureProcess(
	file: string,
	args: readonly string[],
	{input = '', env = process.env}: {readonly input?: string; readonly env?: NodeJS.ProcessEnv} = {},
): Promise<ProcessCost> {
	const began = performance.now();
	const child = spawn(file, args, {stdio: ['pipe', 'ignore', 'inherit'], env});
	let peakKib = 0;
	const look = () => {
		peakKib = Math.max(peakKib, readPeakKib(child.pid ?? 0));
	};
	const timer = setInterval(look, pollMs);
	child.stdin.on('error', () => undefined); // It may end without having read its input; its exit code tells.
	child.stdin.end(input);
	const [code] = await once(child, 'exit');
	clearInterval(timer);
	if (code !== 0) {
		throw new Error(`${file} ended with ${code}.`);
	}

	return {wallMs: performance.now() - began, peakRssMib: peakKib / 1024};
}

/** What the kernel has noted as the most so far: only growth since the last look is missed. */
function readPeakKib(pid: number): number {
	try {
		return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
	} catch {
		return 0; // It has ended.
	}
}
