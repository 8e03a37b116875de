import type {D2cm} from './actions/d2cm.js';
import {lookFor} from './screens/parts/look-for.js';

/**
Shows the program on the whole terminal until the user leaves it. Jobs run in processes of their own and go on.
*/
export async function runApp(d2cm: D2cm): Promise<void> {
	const look = lookFor(process.env);
	// Ink and React read these when they are loaded, so that nothing here may load them earlier: no JSX either.
	process.env['NODE_ENV'] = 'production';
	if (!look.hasColor) {
		process.env['FORCE_COLOR'] = '0';
	}

	const [{createElement}, {render}, {Program}] = await Promise.all([
		import('react'),
		import('ink'),
		import('./screens/program.js'),
	]);
	const app = render(createElement(Program, {d2cm, look}), {
		alternateScreen: true,
		incrementalRendering: true,
		maxFps: 10,
		interactive: true,
		exitOnCtrlC: false,
	});
	const live = await app.waitUntilExit();
	const count = typeof live === 'number' && live > 0 ? `${live} running` : 'none running now';
	process.stdout.write(`Jobs go on without D2CM; open d2cm again to see them (${count}).\n`);
}
