import {execFile} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {appendFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const execute = promisify(execFile);

/** A real terminal (tmux, on a socket of its own) with one program in it. */
export type Terminal = {
	/** Types text as it is. */
	type(text: string): Promise<void>;
	/** Presses keys by their tmux names: `Enter`, `Tab`, `Down`, `Escape`, `q`. */
	press(...keys: readonly string[]): Promise<void>;
	/** What stands on the screen now, one line a row. */
	screen(): Promise<string>;
	/** The column that the cursor is in, from 0. */
	cursorColumn(): Promise<number>;
	/** Waits until the screen shows it, and returns that screen. */
	waitFor(what: string | RegExp, timeoutMs?: number): Promise<string>;
	resize(columns: number, rows: number): Promise<void>;
	/** Writes to the terminal past the program, as `wall` does. */
	disturb(text: string): Promise<void>;
	/** Ends the terminal and what runs in it, as a dropped connection would. */
	close(): Promise<void>;
};

export type TerminalOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
};

/** Opens a terminal and starts a program in it, given as words, not as a shell line. */
export async function openTerminal(
	command: readonly string[],
	{columns = 80, rows = 24, cwd = process.cwd(), env = {}}: TerminalOptions = {},
): Promise<Terminal> {
	const socket = `d2cm-test-${randomBytes(4).toString('hex')}`;
	const tmux = async (...args: readonly string[]) =>
		(await execute('tmux', ['-L', socket, '-f', '/dev/null', ...args])).stdout;
	const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
	await tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, '-c', cwd, ...variables, '--', ...command);
	await tmux('set-option', '-g', 'status', 'off');
	await tmux('set-option', '-g', 'remain-on-exit', 'on');
	// Its own words would push the program's last ones off the screen.
	await tmux('set-option', '-gq', 'remain-on-exit-format', '');
	await tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);

	const screen = async () => tmux('capture-pane', '-p');
	return {
		async type(text) {
			await tmux('send-keys', '-l', '--', text);
		},
		async press(...keys) {
			await tmux('send-keys', '--', ...keys);
		},
		screen,
		cursorColumn: async () => Number(await tmux('display-message', '-p', '#{cursor_x}')),
		async waitFor(what, timeoutMs = 60_000) {
			const end = Date.now() + timeoutMs;
			const isThere = (shown: string) => (typeof what === 'string' ? shown.includes(what) : what.test(shown));
			for (;;) {
				const shown = await screen();
				if (isThere(shown)) {
					return wholeScreen(shown, isThere, screen);
				}

				if (Date.now() > end) {
					throw new Error(`The screen does not show ${what} after ${timeoutMs} ms:\n${shown}`);
				}

				await delay(100);
			}
		},
		async resize(newColumns, newRows) {
			await tmux('resize-window', '-x', `${newColumns}`, '-y', `${newRows}`);
		},
		async disturb(text) {
			const tty = await tmux('display-message', '-p', '#{pane_tty}');
			await appendFile(tty.trim(), text);
		},
		async close() {
			await tmux('kill-server').catch(() => undefined);
		},
	};
}

/** What is longer than a terminal takes at once may be on it in part only: what stays for a moment is whole. */
async function wholeScreen(
	first: string,
	isThere: (shown: string) => boolean,
	screen: () => Promise<string>,
): Promise<string> {
	let shown = first;
	for (let looks = 0; looks < 10; looks++) {
		await delay(20);
		const next = await screen();
		if (next === shown || !isThere(next)) {
			break;
		}

		shown = next;
	}

	return shown;
}
