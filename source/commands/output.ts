import {createInterface} from 'node:readline/promises';
import {UsageError} from '../engine/errors/usage-error.js';
import {type Lines, shownJson, shownLines} from '../engine/host/terminal-text.js';
import {readSecret} from './read-secret.js';

/**
Where commands write, and nothing else does: results to standard output, remarks to standard error. A string is one line, whatever
is in it, and control characters in it are shown, not obeyed.
*/
export type Output = {
	/** Whether a person sees it and can answer. */
	readonly isTerminal: boolean;
	/** Of the terminal, which would break sentences within words; left out where there is none. */
	readonly columns?: number;
	print(lines: Lines): void;
	/** One value on one line. */
	printJson(value: unknown): void;
	remark(lines: Lines): void;
	/** Asks for a yes; anything else is a no. */
	confirm(question: string): Promise<boolean>;
	/** Asks for a line. @throws {UsageError} Where nobody can answer. */
	ask(question: string): Promise<string>;
	/** The same, without showing what is typed; without a terminal it is what comes on standard input. */
	askSecret(question: string): Promise<string>;
};

export function standardOutput({
	stdin,
	stdout,
	stderr,
}: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'> = process): Output {
	return {
		...(stdout.isTTY && {columns: stdout.columns}),
		isTerminal: stdin.isTTY === true && stdout.isTTY === true,
		print: lines => void stdout.write(`${shownLines(lines)}\n`),
		printJson: value => void stdout.write(`${shownJson(value)}\n`),
		remark: lines => void stderr.write(`${shownLines(lines)}\n`),
		async confirm(question) {
			const asking = createInterface({input: stdin, output: stdout});
			try {
				const answer = Promise.withResolvers<string>();
				asking.once('close', () => answer.resolve(''));
				void asking.question(`${shownLines(question)} [y/N] `).then(answer.resolve, () => answer.resolve(''));
				return /^y(es)?$/i.test((await answer.promise).trim());
			} finally {
				asking.close();
			}
		},
		async ask(question) {
			if (stdin.isTTY !== true) {
				throw new UsageError(`${question} is not given, and there is nobody to ask.`);
			}

			const asking = createInterface({input: stdin, output: stderr});
			try {
				return await asking.question(`${shownLines(question)}: `);
			} finally {
				asking.close();
			}
		},
		askSecret: async question => readSecret(shownLines(question)),
	};
}
