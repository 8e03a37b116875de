import type {OptionSpec} from './command.js';

/** Understood by every command. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
	json: {help: 'print JSON: one value, or one record a line while a job runs'},
	help: {help: 'show this help'},
};
