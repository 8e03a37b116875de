import type {D2cm} from './actions/d2cm.js';
import type {Output} from './commands/output.js';
import {lookFor} from './screens/parts/look-for.js';

/**
Shows the program, or at first one deployment, on the whole terminal until the user leaves it, beginning with `words`
that he must know. Jobs run in processes of their own and go on.
*/
export async function runApp(
	d2cm: D2cm,
	{
		output,
		deployment,
		words = [],
	}: {readonly output: Pick<Output, 'print'>; readonly deployment?: string; readonly words?: readonly string[]},
): Promise<void> {
	const look = lookFor(process.env);
	// What is typed before the first drawing is not echoed into it, and it begins at the start of a line.
	if (process.stdin.isTTY) {
		process.stdin.setRawMode(true);
		process.stdout.write('\r');
	}

	// Ink and React read these when they are loaded, so nothing above may load them, be it by a line of JSX.
	Object.assign(process.env, {NODE_ENV: 'production', ...(look.hasColor ? {} : {FORCE_COLOR: '0'})});
	const {showProgram} = await import('./screens/show-program.js');
	const live = await showProgram(d2cm, look, {
		words,
		...(deployment !== undefined && {first: {screen: 'deployment', id: deployment}}),
	});
	const count = live > 0 ? `${live} running` : 'none running now';
	output.print(`Jobs go on without D2CM; open d2cm again to see them (${count}).`);
}
