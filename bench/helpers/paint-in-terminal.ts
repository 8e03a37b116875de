import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir, readFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import xterm from '@xterm/headless';
import {shellQuote} from '../../source/engine/ssh/shell-quote.js';

export type Painted = {
	/** From the start of the process to the screen on which everything stands. */
	readonly firstScreenMs: number;
	/** What its threads had worked until then; steadier than time on a busy machine. */
	readonly cpuMs: number;
	/** Memory of its process a second later, and the most it had until then. */
	readonly rssMib: number;
	readonly peakRssMib: number;
};

export type PaintOptions = {
	/** What stands on the whole screen and not before. */
	readonly shows: readonly RegExp[];
	readonly env?: Readonly<Record<string, string>>;
};

const [columns, rows] = [80, 24];
const patienceMs = 30_000;

/** Starts a program in a pseudo terminal of 80x24, waits for its first whole screen, weighs it, and ends it. */
export async function paintInTerminal(command: readonly string[], {shows, env = {}}: PaintOptions): Promise<Painted> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	const line = `stty rows ${rows} cols ${columns}; exec ${command.map(shellQuote).join(' ')}`;
	const startedMs = performance.now();
	const recorder = spawn('script', ['-qfc', line, '/dev/null'], {
		env: {...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', CI: '', ...env},
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	try {
		const firstScreenMs = await new Promise<number>((resolve, reject) => {
			const timer = setTimeout(
				() => reject(new Error(`${command.join(' ')} shows only:\n${screen(terminal)}`)),
				patienceMs,
			);
			recorder.stdout.on('data', (bytes: Buffer) => {
				const atMs = performance.now();
				terminal.write(bytes, () => {
					const shown = screen(terminal);
					if (shows.every(pattern => pattern.test(shown))) {
						clearTimeout(timer);
						resolve(atMs - startedMs);
					}
				});
			});
			recorder.once('error', reject);
		});
		const program = await programIn(recorder);
		const cpuMs = await cpuTime(program);
		await delay(1000);
		return {firstScreenMs, cpuMs, ...(await memory(program))};
	} finally {
		const program = await programIn(recorder).catch(() => undefined);
		if (program !== undefined) {
			process.kill(program, 'SIGKILL');
		}

		recorder.kill('SIGKILL');
		await (recorder.exitCode === null && recorder.signalCode === null ? once(recorder, 'exit') : undefined);
		terminal.dispose();
	}
}

function screen(terminal: xterm.Terminal): string {
	const {active} = terminal.buffer;
	return Array.from({length: rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true)).join('\n');
}

/** The process that `script` started; its shell has become it. */
async function programIn({pid}: ChildProcess): Promise<number> {
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
	return Number(children.trim().split(' ')[0]);
}

/** Of all threads that live, by the scheduler's own nanoseconds. */
async function cpuTime(pid: number): Promise<number> {
	const threads = await readdir(`/proc/${pid}/task`);
	const texts = await Promise.all(
		threads.map(async thread => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
	);
	return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

async function memory(pid: number): Promise<Pick<Painted, 'rssMib' | 'peakRssMib'>> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	const mib = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
	return {rssMib: mib('VmRSS'), peakRssMib: mib('VmHWM')};
}
