import {type Lines, shownLines} from '../engine/host/terminal-text.js';

/** Writes into `job.log`, where the output of a job's process goes. It is read on terminals, too. */
export const writeJobLog = (lines: Lines): void => void process.stderr.write(`${shownLines(lines)}\n`);
