import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import type {TestContext} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {renewLease, setLease, setLeaseAtBoot} from '../../source/engine/deployments/lease/lease-commands.js';
import {leaseFiles} from '../../source/engine/deployments/lease/lease-files.js';
import type {LeaseLimits} from '../../source/engine/deployments/lease/lease-limits.js';
import {shellQuote} from '../../source/engine/ssh/shell-quote.js';

/** All that a timer may use. Without the real programs that end a machine: there is no other folder in its PATH. */
const programs = ['cat', 'chmod', 'cp', 'id', 'ln', 'mkdir', 'mv', 'rm', 'setsid', 'sleep'];

export const shells = ['dash', 'bash', 'busybox'].filter(name => findProgram(name) !== undefined);

/** A machine as the timer of a lease sees it: its shell, its uptime, and a poweroff that only notes that it was asked for. */
export class LeaseMachine {
	readonly #root: string;
	readonly #children: ChildProcess[] = [];
	readonly folder: string;
	readonly live: string;
	readonly units: string;

	constructor(t: TestContext, shell: string) {
		this.#root = mkdtempSync(join(tmpdir(), 'd2cm-lease-'));
		this.folder = join(this.#root, 'lease');
		this.live = join(this.#root, 'live');
		this.units = join(this.#root, 'units');
		mkdirSync(join(this.#root, 'bin'));
		mkdirSync(this.folder);
		for (const program of programs) {
			symlinkSync(findProgram(program) ?? program, this.#bin(program));
		}

		const path = findProgram(shell) ?? shell;
		writeFileSync(
			this.#bin('sh'),
			shell === 'busybox' ? `#!${path} sh\nexec ${path} sh "$@"\n` : `#!${path}\nexec ${path} "$@"\n`,
			{mode: 0o755},
		);
		for (const program of ['poweroff', 'shutdown', 'halt', 'systemctl']) {
			this.answer(program, 0);
		}

		writeFileSync(this.#bin('sudo'), '#!/bin/sh\nshift\nexec "$@"\n', {mode: 0o755}); // Whoever runs the tests is its root.
		this.uptime = 1000;
		t.after(async () => {
			await this.crash();
			rmSync(this.#root, {recursive: true, force: true, maxRetries: 5});
		});
	}

	set uptime(seconds: number) {
		writeFileSync(join(this.#root, 'uptime.new'), `${seconds}.37 1.00\n`);
		renameSync(join(this.#root, 'uptime.new'), join(this.#root, 'uptime'));
	}

	/** How a program that could end the machine answers. */
	answer(program: string, code: number): void {
		const log = shellQuote(join(this.#root, 'asked'));
		writeFileSync(this.#bin(program), `#!/bin/sh\necho "${program} $*" >>${log}\nexit ${code}\n`, {mode: 0o755});
	}

	/** From now on it has a systemd, which understands only `--no-block restart`. */
	haveSystemd(): void {
		mkdirSync(join(this.#root, 'systemd'));
		mkdirSync(this.units);
		const log = shellQuote(join(this.#root, 'asked'));
		const timer = shellQuote(join(this.folder, 'timer'));
		const restart = `[ "$2" != restart ] || sh ${timer} </dev/null >/dev/null 2>&1 &`;
		writeFileSync(this.#bin('systemctl'), `#!/bin/sh\necho "systemctl $*" >>${log}\n${restart}\n`, {mode: 0o755});
	}

	files(limits: Partial<LeaseLimits>): Readonly<Record<string, string>> {
		return leaseFiles(
			{leaseSeconds: 100, mostSeconds: undefined, graceSeconds: 10, tickSeconds: 0.02, ...limits},
			{
				live: this.live,
				uptime: join(this.#root, 'uptime'),
				patience: 0.05,
				systemd: join(this.#root, 'systemd'),
				units: this.units,
			},
		);
	}

	/** Starts the timer as it is after a boot. */
	start(limits: Partial<LeaseLimits> = {}): ChildProcess {
		for (const [name, content] of Object.entries(this.files(limits))) {
			writeFileSync(join(this.folder, name), content);
		}

		return this.boot();
	}

	boot(): ChildProcess {
		const child = spawn(this.#bin('sh'), [join(this.folder, 'timer')], {
			env: {PATH: join(this.#root, 'bin')},
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		this.#children.push(child);
		return child;
	}

	/** As over SSH. */
	set(limits: Partial<LeaseLimits>): string {
		const {command, input} = setLease(
			{leaseSeconds: 100, mostSeconds: undefined, graceSeconds: 10, tickSeconds: 0.02, ...limits},
			this.folder,
			this.files(limits),
		);
		return this.#run(command, input);
	}

	/** As the user data do at each boot. */
	setAtBoot(mark: string, limits: Partial<LeaseLimits>): string {
		const whole = {leaseSeconds: 100, mostSeconds: undefined, graceSeconds: 10, tickSeconds: 0.02, ...limits};
		return this.#run(setLeaseAtBoot(mark, whole, this.folder, this.files(limits)), '');
	}

	renew(token: string): string {
		return this.#run(renewLease(token, this.folder), '');
	}

	/** Writes the mark alone, as a process of the instance could do. */
	touch(token: string): void {
		writeFileSync(join(this.live, 'renewed.x'), `${token}\n`);
		renameSync(join(this.live, 'renewed.x'), join(this.live, 'renewed'));
	}

	/** Every process of the timer is gone. */
	async crash(): Promise<void> {
		const owner = this.read('live/owner')?.split(' ')[0];
		for (const pid of [...this.#children.map(child => child.pid), Number(owner)]) {
			if (pid && isTimer(pid, this.folder)) {
				process.kill(pid, 'SIGKILL');
			}
		}

		await this.until(() => this.#children.every(child => child.exitCode !== null || child.signalCode !== null));
		await this.until(() => !owner || !isTimer(Number(owner), this.folder));
	}

	/** Its power goes, and comes again: what was in memory is gone. */
	async powerCycle(): Promise<void> {
		await this.crash();
		rmSync(this.live, {recursive: true, maxRetries: 5, retryDelay: 20});
		rmSync(join(this.#root, 'asked'), {force: true});
		this.uptime = 3;
	}

	/** What was called to end the machine, in order. */
	get asked(): readonly string[] {
		const lines = this.read('asked')?.split(/ *\n/) ?? [];
		return lines.slice(0, -1); // The last one is not written whole yet, or empty.
	}

	/** Seconds without a renewal, as counted last. */
	get idle(): number {
		return Number(this.read('live/spent')?.split(' ')[0] ?? -1);
	}

	read(path: string): string | undefined {
		return existsSync(join(this.#root, path)) ? readFileSync(join(this.#root, path), 'utf8') : undefined;
	}

	async until(holds: () => boolean): Promise<void> {
		for (const limit = Date.now() + 40_000; !holds(); await sleep(5)) {
			if (Date.now() > limit) {
				throw new Error(`It does not come: ${holds}; ${this.read('live/spent')} ${this.asked.slice(0, 8).join()}`);
			}
		}
	}

	#bin(program: string): string {
		return join(this.#root, 'bin', program);
	}

	#run(command: string, input: string): string {
		const {status, stdout, stderr} = spawnSync(this.#bin('sh'), ['-c', command], {
			input,
			encoding: 'utf8',
			env: {PATH: join(this.#root, 'bin')},
			timeout: 60_000,
		});
		return status === 0 ? stdout.trim() : `${status}: ${stderr}`;
	}
}

function isTimer(pid: number, folder: string): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
		return !stat.startsWith('Z') && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
	} catch {
		return false;
	}
}

function findProgram(name: string): string | undefined {
	return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/bin']
		.map(folder => join(folder, name))
		.find(path => existsSync(path));
}
