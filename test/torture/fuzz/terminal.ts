import {mock} from 'node:test';
import {shownName} from '../../../source/engine/host/byte-names.js';
import {InputFilter} from '../../../source/engine/host/input-filter.js';
import {padText, plainText, splitGraphemes, textWidth} from '../../../source/engine/host/terminal-text.js';
import {withoutEscapes} from '../../../source/engine/host/without-escapes.js';
import {cutText, wrapLines} from '../../../source/screens/parts/fit.js';
import {recordLines} from '../../../source/screens/parts/log/record-lines.js';
import {splitKeys} from '../../../source/screens/parts/split-keys.js';
import {type Boundary, must, ours} from './boundary.js';
import {type Chance, mutateBytes, mutateText} from './mutate.js';

const esc = '\u001B';

const printed = {
	texts: [
		'Estimating pi … 3.1415',
		`${esc}[1;32mgreen${esc}[0m ${esc}]0;title\u0007${esc}]8;;http://x${esc}\\link${esc}]8;;${esc}\\`,
		'\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{1F1E9}\u{1F1EA} 1\uFE0F\u20E3 \u0E01\u0E33 \u1112\u1161\u11AB é \u202Etxt.exe',
		`${esc}P1;2qSIXEL${esc}\\ ${esc}_Gi=1;AAAA${esc}\\ ${esc}^pm${esc}\\ \u009B31m \u0085`,
	],
	words: [
		...[
			`${esc}[`,
			`${esc}]`,
			`${esc}P`,
			`${esc}_`,
			`${esc}\\`,
			'\u0007',
			'\u009B',
			'\u009D',
			'\u{1F468}',
			'\u200D',
			'\u0301',
			'\u20E3',
		],
		...[
			'\u{1F1E9}',
			'\uFE0F',
			'\u1100',
			'\u1161',
			'\u0E33',
			'\uD800',
			'\u{E0001}',
			'\u2028',
			'\t',
			'\r',
			'\b',
			'm',
			'0;',
		],
	],
};

/** Controls, of C1 too, and what ends a line where nobody expects it. */
const acts = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

const terminalText: Boundary & {readonly name: 'terminal-text'} = {
	name: 'terminal-text',
	weight: 10,
	async open() {
		return {
			make(chance) {
				const text = mutateText(chance, printed);
				const width = chance.below(120);
				return {
					// Each grapheme of a long line is measured by itself.
					size: 16 * text.length,
					run: async () =>
						ours(() => {
							const plain = plainText(text);
							must(!acts.test(plain), 'A control character stays in a line.');
							must(textWidth(plain) >= 0 && textWidth(padText(plain, width)) >= width, 'A line is too short.');
							const cut = cutText(text, width);
							must(!acts.test(cut) && textWidth(cut) <= width, `${textWidth(cut)} columns of ${width}.`);
							const wrapped = wrapLines(text, width + 2);
							must(
								wrapped.every(line => textWidth(line) <= width + 2),
								'A wrapped line is too long.',
							);
							must(splitGraphemes(plain).join('') === plain, 'Graphemes are missing.');
							must(!/[\p{Cc}\p{Cs}]/u.test(shownName(text)), 'A name acts.');
							must(!withoutEscapes(text).includes(`${esc}]`), 'A command is left.');
							const lines = recordLines({seq: 1, at: '', kind: 'event', level: 'error', message: text});
							must(
								lines.every(line => !/\p{Cc}/u.test(line.text)),
								'A line of the log acts.',
							);
						}),
				};
			},
		};
	},
};

const typed: readonly Buffer[] = [
	`${esc}[A${esc}[1;5D${esc}OH${esc}[5~${esc}[97;5u`,
	`${esc}[200~pasted ${esc}[31m text\r\n${esc}[201~`,
	`${esc}]11;rgb:1e1e/1e1e/2e2e${esc}\\${esc}P>|tmux 3.3a${esc}\\${esc}[?62;4c`,
	`${esc}[M !!${esc}[<0;10;20M${esc}[32;10;20M${esc}[I`,
	`jjj é \u{1F600}\r${esc}${esc}[27u\u0003`,
].map(text => Buffer.from(text));

/** How a key may begin that goes on; everything else of a terminal is swallowed. */
const knownKey = /^\[(?:[A-Z]|\d~|20[01]~|[\d:;]+u)/;

const terminalInput: Boundary & {readonly name: 'terminal-input'} = {
	name: 'terminal-input',
	weight: 10,
	async open() {
		mock.timers.enable({apis: ['setTimeout']});
		return {
			make(chance) {
				const bytes = inputOf(chance);
				const length = chance.of([1, 2, 5, 64, 65_536]);
				const step = Math.max(length, Math.ceil(bytes.length / 500));
				const waits = Array.from({length: 8}, () => chance.of([0, 0, 0, 60, 1100, 10_001]));
				return {
					size: 2 * bytes.length,
					run: async () =>
						ours(() => {
							let given = '';
							const filter = new InputFilter(input => {
								given += input;
							});
							for (let at = 0; at < bytes.length; at += step) {
								filter.push(bytes.subarray(at, at + step));
								mock.timers.tick(waits[(at / step) % waits.length] ?? 0);
							}

							mock.timers.tick(10_001);
							mock.timers.tick(10_001);
							must(given.length <= 8 * bytes.length + 16, 'More is typed than came.');
							for (const part of withoutPastes(given).split(esc).slice(1)) {
								must(knownKey.test(part), `What goes on begins with ${JSON.stringify(part.slice(0, 20))}.`);
							}

							splitKeys(given, {});
						}),
				};
			},
			async close() {
				mock.timers.reset();
			},
		};
	},
};

const [pasteStart, pasteEnd] = [`${esc}[200~`, `${esc}[201~`];

/** What is pasted may hold anything: Ink hands it on as it is. */
function withoutPastes(given: string): string {
	const parts: string[] = [];
	let rest = given;
	for (let start = rest.indexOf(pasteStart); start >= 0; start = rest.indexOf(pasteStart)) {
		parts.push(rest.slice(0, start));
		rest = rest.slice(rest.indexOf(pasteEnd, start) + pasteEnd.length);
	}

	return [...parts, rest].join('');
}

function inputOf(chance: Chance): Buffer {
	const bytes = Buffer.concat(
		Array.from({length: chance.few(12)}, () => mutateBytes(chance, chance.of(typed), chance.of(typed))),
	);
	if (!chance.is(0.02)) {
		return bytes;
	}

	const begun = chance.of([`${esc}]11;`, `${esc}[200~`, `${esc}P1$r`, `${esc}[`, `${esc}`, `${esc}[M`]);
	return Buffer.concat([bytes, Buffer.from(begun + chance.of(['x', '1;', esc, ' ']).repeat(50_000))]);
}

export const terminalBoundaries = [terminalText, terminalInput] as const;
