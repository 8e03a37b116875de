/** What daemons of ours say by themselves: lines `WHAT WHO`, each from another one. What was said before one waits for it counts. */
export class ShNotices {
	readonly #said = new Map<string, string>();
	readonly #waiting = new Map<string, Set<(what: string) => void>>();
	#rest = '';

	take(chunk: Buffer): void {
		const lines = `${this.#rest}${chunk.toString('latin1')}`.split('\n');
		this.#rest = (lines.pop() ?? '').slice(-longest);
		for (const line of lines) {
			const [, what = '', who = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
			this.#said.set(who, what);
			for (const tell of this.#waiting.get(who) ?? []) {
				tell(what);
			}
		}
	}

	/** Never settles when nothing is said; after the abort nobody hears of it any more. */
	async when(who: string, signal: AbortSignal): Promise<string> {
		const said = this.#said.get(who);
		if (said !== undefined) {
			return said;
		}

		const waiting = this.#waiting.get(who) ?? new Set();
		this.#waiting.set(who, waiting);
		return new Promise(resolve => {
			const forget = () => {
				waiting.delete(tell);
				signal.removeEventListener('abort', forget);
			};
			const tell = (what: string) => {
				forget();
				resolve(what);
			};
			waiting.add(tell);
			signal.addEventListener('abort', forget, {once: true});
		});
	}
}

/** Of a line that has no end yet. */
const longest = 4096;
