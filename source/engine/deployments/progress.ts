import type {DeploymentRun} from './deployment-run.js';

type Bytes = {readonly bytes: number; readonly totalBytes: number};

/** Writes down how far a transfer is: at most once a second, and at its end when it took longer than that. */
export class Progress {
	readonly #run: Pick<DeploymentRun, 'journal' | 'clock'>;
	readonly #task: string;
	#writtenAt: number;
	#last: Bytes | undefined;
	#writing: Promise<void> | undefined;
	#failure: unknown;
	#wrote = false;

	constructor(run: Pick<DeploymentRun, 'journal' | 'clock'>, task: string) {
		this.#run = run;
		this.#task = task;
		this.#writtenAt = run.clock.now().getTime();
	}

	readonly note = (progress: Bytes): void => {
		this.#last = progress;
		const now = this.#run.clock.now().getTime();
		if (!this.#writing && now - this.#writtenAt >= 1000) {
			this.#writtenAt = now;
			this.#writing = this.#write(progress);
		}
	};

	/** The same, and tells somebody else that it gets on. */
	noteBy(touch: () => void): (progress: Bytes) => void {
		return progress => {
			touch();
			this.note(progress);
		};
	}

	/** @throws When the journal could not be written. */
	async end(): Promise<void> {
		await this.#writing;
		if (this.#failure !== undefined) {
			throw this.#failure;
		}

		if (this.#wrote && this.#last) {
			await this.#write({...this.#last, bytes: this.#last.totalBytes});
		}
	}

	/** After a transfer that failed: only sees to it that nothing is written any more. */
	async abandon(): Promise<void> {
		await this.#writing;
	}

	async #write({bytes, totalBytes}: Bytes): Promise<void> {
		try {
			const {journal} = this.#run;
			await journal.append({kind: 'progress', task: this.#task, done: bytes, total: totalBytes, unit: 'bytes'});
			this.#wrote = true;
		} catch (error) {
			this.#failure = error;
		} finally {
			this.#writing = undefined;
		}
	}
}
