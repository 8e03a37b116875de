/** The characters we draw with. */
export type Look = {
	readonly rule: string;
	readonly marker: string;
	readonly ellipsis: string;
	readonly on: string;
	readonly off: string;
	readonly arrow: string;
	readonly full: string;
	readonly empty: string;
	readonly yes: string;
	readonly no: string;
	readonly cursor: string;
	/** Whether the terminal shows colours and inverse text. */
	readonly hasColor: boolean;
	readonly isAscii: boolean;
};

export const unicode = {
	rule: '─',
	marker: '❯',
	ellipsis: '…',
	on: '●',
	off: '○',
	arrow: '→',
	full: '█',
	empty: '░',
	yes: '✓',
	no: '✗',
	cursor: '▏',
};

const ascii = {
	rule: '-',
	marker: '>',
	ellipsis: '~',
	on: '*',
	off: 'o',
	arrow: '->',
	full: '#',
	empty: '.',
	yes: '+',
	no: 'x',
	cursor: '_',
};

/** ASCII where the terminal or the locale cannot show more; no colour where the user does not want it. */
export function lookFor(environment: Readonly<Record<string, string | undefined>>): Look {
	const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
	const isAscii = environment['TERM'] === 'dumb' || environment['TERM'] === 'vt100' || !/utf-?8/i.test(locale);
	const hasColor = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb' && environment['FORCE_COLOR'] !== '0';
	return {...(isAscii ? ascii : unicode), hasColor, isAscii};
}
