export type WatchReply = {
	readonly state: WatchState;
	/** The instance's own Unix time. */
	readonly nowSeconds: number;
	/** The export ended early and goes on where it ended. */
	readonly more: boolean;
	/** An rrdtool export, or the log when it failed; may be empty. */
	readonly body: string;
};

const states = ['running', 'installing', 'failed', 'finished', 'absent'] as const;
export type WatchState = (typeof states)[number];

/** Reads what the watch script printed; undefined when it printed something else, such as a login shell's complaint. */
export function parseWatchReply(stdout: string): WatchReply | undefined {
	const match = /^d2cm-watch (\w+) (\d+) (\d)\n/m.exec(stdout);
	const state = states.find(name => name === match?.[1]);
	return match && state
		? {
				state,
				nowSeconds: Number(match[2]),
				more: match[3] === '1',
				body: stdout.slice(match.index + match[0].length),
			}
		: undefined;
}
