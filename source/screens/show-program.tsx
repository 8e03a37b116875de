import {render} from 'ink';
import type {D2cm} from '../actions/d2cm.js';
import type {Look} from './parts/look.js';
import {Program} from './program.js';
import type {Route} from './route.js';
import {stopProcess} from './stop-process.js';
import {TerminalInput} from './terminal-input.js';

const homeAndEraseDown = '\u001B[H\u001B[J';

/** Draws the program until the user leaves it. Gives how many jobs run then. */
export async function showProgram(
	d2cm: D2cm,
	look: Look,
	beginning: {readonly first?: Route; readonly words?: readonly string[]},
): Promise<number> {
	const {stdout} = process;
	// Ink wants the type of a whole terminal and uses what ours has.
	const stdin = new TerminalInput(process.stdin) as unknown as NodeJS.ReadStream;
	const repaint = () => {
		app.clear();
		stdout.write(homeAndEraseDown);
	};
	const terminal = {repaint, stop: stopProcess};
	const app = render(<Program d2cm={d2cm} look={look} terminal={terminal} {...beginning} />, {
		stdin,
		alternateScreen: true,
		incrementalRendering: true,
		maxFps: 10,
		// Without it, CI=1 in the environment leaves the screen blank.
		interactive: true,
		exitOnCtrlC: false,
	});
	// Only what changed is drawn, and where terminals leave the rest when their size changes differs: begin anew, before Ink draws.
	stdout.prependListener('resize', repaint);
	try {
		const live = await app.waitUntilExit();
		return typeof live === 'number' ? live : 0;
	} finally {
		stdout.off('resize', repaint);
	}
}
