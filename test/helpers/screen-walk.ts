import './as-users-see-it.js';

import {setTimeout as sleep} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink-testing-library';
import {createElement} from 'react';
import {InputFilter} from '../../source/engine/host/input-filter.js';
import {lookFor} from '../../source/screens/parts/look-for.js';
import {Program} from '../../source/screens/program.js';
import type {Route} from '../../source/screens/route.js';
import {FakeD2cm} from './fake-d2cm.js';
import {fakeNow} from './fake-data.js';
import {isAnswerAwaited} from './is-answer-awaited.js';

export const keys = {
	enter: '\r',
	tab: '\t',
	escape: '\u001B',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	backspace: '\u007F',
	save: '\u0013',
	next: '\u000E',
	previous: '\u0010',
} as const;

export type Walk = {
	readonly d2cm: FakeD2cm;
	/** Sends one packet and waits until its effect is on the screen. */
	press(packet: string | Uint8Array): Promise<string>;
	/** As a terminal does with bracketed paste. */
	paste(text: string): Promise<string>;
	resize(columns: number, rows: number): Promise<string>;
	/** The screen now, without colours. */
	frame(): string;
	/** The screen now, as it goes to the terminal. */
	raw(): string;
	/** How often the screen was drawn so far. */
	drawn(): number;
	/** Waits until the screen shows the text. */
	see(text: string | RegExp): Promise<string>;
};

/** Walks the whole program by keys, as a user at a terminal of 80x24. */
export async function walkScreens(
	work: (walk: Walk) => Promise<void>,
	{d2cm = new FakeD2cm(), first, words = [], columns = 80, rows = 24}: WalkOptions = {},
): Promise<void> {
	const look = {...lookFor({LANG: 'C.UTF-8', TERM: 'xterm'})};
	const app = render(
		createElement(Program, {d2cm, look, words, now: () => fakeNow, ...(first === undefined ? {} : {first})}),
	);
	const filter = new InputFilter(input => app.stdin.write(input));
	const size = {columns, rows};
	Object.defineProperties(app.stdout, {
		columns: {get: () => size.columns, configurable: true},
		rows: {get: () => size.rows, configurable: true},
	});
	app.stdout.emit('resize');
	const frame = () => stripVTControlCharacters(app.lastFrame() ?? '');
	const settle = async () => {
		let before = '';
		for (let quiet = 0; quiet < 3; quiet += 1) {
			await sleep(10);
			if (frame() !== before || isAnswerAwaited()) quiet = 0;
			before = frame();
		}

		return frame();
	};
	const walk: Walk = {
		d2cm,
		frame,
		raw: () => app.lastFrame() ?? '',
		drawn: () => app.frames.length,
		async press(packet) {
			const before = frame();
			filter.push(Buffer.from(packet));
			// A lone Escape is held back for a moment, in case it is the start of a sequence; on a busy machine for longer.
			for (let tries = 0; packet.at(-1) === keys.escape && tries < 25 && frame() === before; tries += 1)
				await sleep(20);
			return settle();
		},
		async paste(text) {
			filter.push(Buffer.from(`\u001B[200~${text}\u001B[201~`));
			return settle();
		},
		async resize(wide, high) {
			size.columns = wide;
			size.rows = high;
			app.stdout.emit('resize');
			return settle();
		},
		async see(text) {
			const isThere = () => (typeof text === 'string' ? frame().includes(text) : text.test(frame()));
			for (let tries = 0; tries < 500 && !isThere(); tries += 1) await sleep(20);
			if (!isThere()) throw new Error(`Not on the screen: ${text}\n${frame()}`);
			return frame();
		},
	};
	try {
		await settle();
		await work(walk);
	} finally {
		app.unmount();
		app.cleanup();
	}
}

export type WalkOptions = {
	readonly d2cm?: FakeD2cm;
	readonly first?: Route;
	readonly columns?: number;
	readonly rows?: number;
	/** What is said at first. */
	readonly words?: readonly string[];
};
