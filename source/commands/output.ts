import {createInterface} from 'node:readline/promises';
import {UsageError} from '../engine/errors/usage-error.js';
import {readSecret} from './read-secret.js';

/** Where commands write. Results go to standard output, remarks to standard error. */
export type Output = {
	/** Whether a person sees it and can answer. */
	readonly isTerminal: boolean;
	/** Of the terminal, which would break sentences within words; left out where there is none. */
	readonly columns?: number;
	print(text: string): void;
	/** One value on one line. */
	printJson(value: unknown): void;
	remark(text: string): void;
	/** Asks for a yes; anything else is a no. */
	confirm(question: string): Promise<boolean>;
	/** Asks for a line. @throws {UsageError} Where nobody can answer. */
	ask(question: string): Promise<string>;
	/** The same, without showing what is typed; without a terminal it is what comes on standard input. */
	askSecret(question: string): Promise<string>;
};

export function standardOutput(): Output {
	return {
		...(process.stdout.isTTY && {columns: process.stdout.columns}),
		isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
		print: text => void process.stdout.write(`${text}\n`),
		printJson: value => void process.stdout.write(`${JSON.stringify(value)}\n`),
		remark: text => void process.stderr.write(`${text}\n`),
		async confirm(question) {
			const asking = createInterface({input: process.stdin, output: process.stdout});
			try {
				const answer = Promise.withResolvers<string>();
				asking.once('close', () => answer.resolve(''));
				void asking.question(`${question} [y/N] `).then(answer.resolve, () => answer.resolve(''));
				return /^y(es)?$/i.test((await answer.promise).trim());
			} finally {
				asking.close();
			}
		},
		async ask(question) {
			if (process.stdin.isTTY !== true) {
				throw new UsageError(`${question} is not given, and there is nobody to ask.`);
			}

			const asking = createInterface({input: process.stdin, output: process.stderr});
			try {
				return await asking.question(`${question}: `);
			} finally {
				asking.close();
			}
		},
		askSecret: readSecret,
	};
}
