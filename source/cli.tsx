import {writeSync} from 'node:fs';
import type {D2cm} from './actions/d2cm.js';
import {resumedWords, resumeStopped} from './actions/resume-stopped.js';
import {version} from './actions/version.js';
import {commands} from './commands/commands.js';
import {standardOutput} from './commands/output.js';
import {runCommandLine} from './commands/run-command-line.js';
import {makeFilesPrivate} from './engine/host/private-umask.js';
import {shownLines} from './engine/host/terminal-text.js';

makeFilesPrivate();
const words = process.argv.slice(2);

process.stdout.on('error', endFor);
process.stderr.on('error', ({code}: NodeJS.ErrnoException) => {
	// A job's log is no reason to end it: what must be written is in its journal.
	if (words[0] !== 'job') {
		process.exit(code === 'EPIPE' ? undefined : 3);
	}
});

const output = standardOutput();
const open = async (): Promise<D2cm> => {
	const {openD2cm} = await import('./actions/open-d2cm.js');
	const d2cm = await openD2cm();
	for (const notice of d2cm.notices ?? []) {
		output.remark(notice);
	}

	return d2cm;
};

const app = {
	commands,
	output,
	open,
	version,
	async show(first?: {readonly deployment: string}) {
		// From now on the terminal echoes no key: one typed meanwhile would stand on the screen, or move it.
		process.stdin.setRawMode?.(true);
		const {runApp} = await import('./app.js');
		const d2cm = await open();
		// What was said before the first drawing stands behind it.
		const words = [...(d2cm.notices ?? []), ...resumedWords(await resumeStopped(d2cm))];
		await runApp(d2cm, {output, ...first, words});
	},
};

process.exitCode = await runCommandLine(words, app);
if (words[0] !== 'job') {
	leave();
}

/** A question to a cloud that nobody waits for any more keeps no user waiting, once all words are out. */
function leave(): void {
	const timer = setInterval(() => {
		if (process.stdout.writableLength + process.stderr.writableLength === 0) {
			process.exit();
		}
	}, 50);
	timer.unref();
}

/** Whoever reads our output may go away; that is not our failure, and a full disk not either. */
function endFor({code, message}: NodeJS.ErrnoException): void {
	if (code === 'EPIPE') {
		process.exit();
	}

	writeSync(
		2,
		`${shownLines([`The output cannot be written: ${message}.`, 'Make room, or write it somewhere else.'])}\n`,
	);
	process.exit(3);
}
