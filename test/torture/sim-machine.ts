import type {Instance, InstanceState} from '../../source/engine/cloud/cloud.js';
import type {FetchEnd} from './injection.js';

type Deed = {readonly at: number; readonly words: readonly string[]};
type Task = {deeds: readonly Deed[]; code: number | undefined; output: string; readonly isEndless: boolean};

/** Times are milliseconds of the world. */
export type Life = {readonly bootMs: number; readonly sshMs: number; readonly endMs: number};

const life: Life = {bootMs: 15_000, sshMs: 25_000, endMs: 6000};

/**
One instance, as it is and as it was: what the cloud says of it may be old. Its scripts are lines `write PATH TEXT`,
`append PATH TEXT`, `sleep SECONDS`, `exit CODE`, `hang`; `later SECONDS` before a line hands it on to others, who do it then.
*/
export class SimMachine {
	readonly files = new Map<string, string>();
	readonly tasks = new Map<string, Task>();
	/** How often each script was begun, by its text. */
	readonly starts = new Map<string, number>();
	/** When its end was asked for, or came. */
	endingAt: number | undefined;
	endReason: string | undefined;
	/** Whether it was we who asked. */
	endedByUs = false;
	isFull = false;
	isImmortal = false;
	cutOffUntil = 0;
	/** The next try to fetch something does. */
	fetchEnds: FetchEnd | undefined;

	constructor(
		readonly number: number,
		readonly role: string,
		readonly launchedAt: number,
		/** Never gets its resources. */
		readonly diesPending: boolean,
		readonly description: Omit<Instance, 'state' | 'stateReason' | 'privateAddress' | 'ssh'>,
	) {
		if (diesPending) {
			this.endingAt = launchedAt + life.bootMs - life.endMs;
			this.endReason = 'Server.InsufficientInstanceCapacity';
		}
	}

	get id(): string {
		return this.description.id;
	}

	/** The state at a time, which may be past; undefined before it was launched. */
	state(at: number): InstanceState | undefined {
		if (at < this.launchedAt) {
			return undefined;
		}

		if (this.endingAt !== undefined && at >= this.endingAt) {
			return at >= this.endingAt + life.endMs ? 'terminated' : this.diesPending ? 'pending' : 'shutting-down';
		}

		return at >= this.launchedAt + life.bootMs ? 'running' : 'pending';
	}

	/** As the cloud describes it, as of a time. */
	seen(at: number): Instance | undefined {
		const state = this.state(at);
		return (
			state && {
				...this.description,
				state,
				...(state === 'terminated' && this.endReason !== undefined && {stateReason: this.endReason}),
				...(state === 'running' && {
					privateAddress: `10.0.0.${this.number}`,
					ssh: {host: '127.0.0.1', port: 2000 + this.number},
				}),
			}
		);
	}

	answers(at: number): boolean {
		return this.state(at) === 'running' && at >= this.launchedAt + life.sshMs && at >= this.cutOffUntil;
	}

	end(at: number, reason: string, byUs: boolean): void {
		if (this.endingAt === undefined && !this.isImmortal) {
			this.catchUp(at);
			this.endingAt = at;
			this.endReason = reason;
			this.endedByUs = byUs;
		}
	}

	/** Costs money from the launch to the end. */
	billedMs(now: number): number {
		return Math.max(0, Math.min(now, this.endingAt ?? now) - this.launchedAt);
	}

	begin(id: string, script: string, at: number): void {
		this.starts.set(script, (this.starts.get(script) ?? 0) + 1);
		let due = at;
		const lines = script.split('\n').map(line => line.trim().split(' '));
		const deeds = lines.map((words): Deed => {
			due += words[0] === 'sleep' ? Number(words[1]) * 1000 : 0;
			return {at: due, words};
		});
		const handedOn = lines
			.filter(([word]) => word === 'later')
			.map(([, seconds, ...words]): Deed => ({at: at + Number(seconds) * 1000, words}));
		this.tasks.set(`handed on by ${id}`, {deeds: handedOn, code: undefined, output: '', isEndless: false});
		this.tasks.set(id, {deeds, code: undefined, output: '', isEndless: script.includes('hang')});
		this.files.set(`/var/d2cm/${id}/out`, `output of ${id}\n`);
		this.catchUp(at);
	}

	/** Does what scripts would have done by now. */
	catchUp(now: number): void {
		const at = Math.min(now, this.endingAt ?? now);
		for (const task of this.tasks.values()) {
			while (task.code === undefined && task.deeds.length > 0 && (task.deeds[0]?.at ?? 0) <= at) {
				this.#do(task, task.deeds[0]?.words ?? []);
				task.deeds = task.deeds.slice(1);
			}

			if (task.deeds.length === 0 && !task.isEndless) {
				task.code ??= 0;
			}
		}
	}

	#do(task: Task, [word, first = '', ...rest]: readonly string[]): void {
		if (word === 'write' || word === 'append') {
			if (this.isFull) {
				task.output = 'No space left on device\n';
				task.code = 1;
				return;
			}

			const before = word === 'append' ? (this.files.get(first) ?? '') : '';
			this.files.set(first, `${before}${rest.join(' ')}\n`);
		} else if (word === 'exit') {
			task.code = Number(first);
			task.output = `about to exit with ${first}\n`;
		}
	}
}
