import type {D2cm} from '../actions/d2cm.js';
import type {Output} from './output.js';

/** One command of the command line, as data: help, parsing and completion of names come from it. */
export type Command = {
	/** One or two words: `inspect`, `image add`. */
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	readonly arguments?: readonly ArgumentSpec[];
	readonly options?: Readonly<Record<string, OptionSpec>>;
	/** Further paragraphs of its help. */
	readonly details?: readonly string[];
	readonly examples: readonly string[];
	/** Not for people. */
	readonly hidden?: boolean;
	/** Returns the exit status; nothing is 0. */
	readonly run: (call: Call) => Promise<number | undefined>;
};

export type ArgumentSpec = {readonly name: string; readonly optional?: boolean};

export type OptionSpec = {
	/** What stands for the value in the help; left out for a switch. */
	readonly value?: string;
	/** May be given more than once. */
	readonly multiple?: boolean;
	readonly required?: boolean;
	readonly help: string;
};

/** A command as it was called, checked against its table. */
export type Call = {
	/** By the name in the table, in lower case: `file`. */
	readonly arguments: Readonly<Record<string, string | undefined>>;
	readonly options: ParsedOptions;
	readonly json: boolean;
	readonly output: Output;
	/** Opens the data folder, when the command needs it. */
	readonly open: () => Promise<D2cm>;
	readonly show: Show;
};

/** Shows the program, or at first one deployment, on the whole terminal, until the user leaves it. */
export type Show = (first?: {readonly deployment: string}) => Promise<void>;

export type ParsedOptions = {
	/** Whether a switch was given. */
	has(name: string): boolean;
	/** The value of an option, the last one when there are more. */
	value(name: string): string | undefined;
	values(name: string): readonly string[];
};
