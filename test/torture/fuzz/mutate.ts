/** Chooses of a case, all by its seed. */
export class Chance {
	constructor(readonly next: () => number) {}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	is(probability: number): boolean {
		return this.next() < probability;
	}

	of<Value>(values: readonly Value[]): Value {
		const value = values[this.below(values.length)];
		if (value === undefined) {
			throw new RangeError('There is nothing to choose from.');
		}

		return value;
	}

	/** Mostly few, seldom up to `most`. */
	few(most: number): number {
		return 1 + Math.floor(this.next() ** 4 * most);
	}
}

const borders = [
	...[0n, 1n, 2n, 3n, 7n, 8n, 11n, 12n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x3ffn, 0x400n, 0xfffn, 0x1000n, 0x7fffn, 0x8000n],
	...[0xffffn, 0x10000n, 0xfffffn, 0x100000n, 0x7fffffffn, 0x80000000n, 0xfffffffen, 0xffffffffn, 0x100000000n],
	...[0x1fffffffffffffn, 0x20000000000000n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn],
];

/** A number at which something ends: a byte, a word, a page, what is exact in a double. */
export const border = (chance: Chance): bigint => chance.of(borders);

/** Changes bytes where they stand, as many as there were before: bits, bytes, numbers of both byte orders, copies from elsewhere. */
export function changeInPlace(chance: Chance, bytes: Buffer, [start, end]: readonly [number, number]): void {
	const at = start + chance.below(Math.max(1, end - start));
	const width = Math.min(chance.of([1, 2, 4, 4, 8]), bytes.length - at);
	switch (chance.below(5)) {
		case 0:
			bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
			break;
		case 1:
			bytes[at] = chance.below(256);
			break;
		case 2:
			writeNumber(bytes, at - (at % width), width, border(chance), chance.is(0.7));
			break;
		case 3: {
			const given = readNumber(bytes, at - (at % width), width);
			writeNumber(bytes, at - (at % width), width, given + BigInt(chance.below(5) - 2), true);
			break;
		}

		default: {
			const length = Math.min(chance.of([4, 8, 12, 32, 128]), bytes.length - at);
			const from = start + chance.below(Math.max(1, end - start - length));
			bytes.copy(bytes, at, from, from + length);
		}
	}
}

function readNumber(bytes: Buffer, at: number, width: number): bigint {
	let value = 0n;
	for (let place = width - 1; place >= 0; place--) {
		value = (value << 8n) | BigInt(bytes[at + place] ?? 0);
	}

	return value;
}

function writeNumber(bytes: Buffer, at: number, width: number, value: bigint, isLittle: boolean): void {
	for (let place = 0; place < width; place++) {
		bytes[at + (isLittle ? place : width - 1 - place)] = Number((value >> BigInt(8 * place)) & 0xffn);
	}
}

/** Another buffer: changed in place, cut, with parts twice, in other order, or spliced with another good one. */
export function mutateBytes(chance: Chance, good: Buffer, other: Buffer = good): Buffer {
	let bytes = Buffer.from(good);
	for (let left = chance.few(6); left > 0; left--) {
		const at = chance.below(bytes.length + 1);
		const length = Math.min(chance.few(512), bytes.length - at);
		const part = bytes.subarray(at, at + length);
		switch (chance.below(8)) {
			case 0:
				bytes = bytes.subarray(0, at);
				break;
			case 1:
				bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
				break;
			case 2:
				bytes = Buffer.concat([
					bytes.subarray(0, at),
					...new Array<Buffer>(chance.few(64)).fill(part),
					bytes.subarray(at),
				]);
				break;
			case 3:
				bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(chance.below(other.length + 1))]);
				break;
			default:
				bytes = Buffer.from(bytes);
				if (bytes.length > 0) {
					changeInPlace(chance, bytes, [0, bytes.length]);
				}
		}
	}

	return bytes;
}

/** Characters that mean something somewhere, and such as no text should hold. */
const oddParts = [
	...[
		'\0',
		'\n',
		'\r\n',
		'\t',
		' ',
		'\\',
		'"',
		"'",
		'`',
		'$',
		'{',
		'}',
		'[',
		']',
		'(',
		')',
		'<',
		'>',
		'&',
		';',
		'#',
		'%',
	],
	...[
		'\u001B[',
		'\u001B]52;c;',
		'\u0007',
		'\u007F',
		'\u009B',
		'\u202E',
		'\uFEFF',
		'\uD800',
		'\uFFFD',
		'\u{1F468}\u200D',
		'\u0301',
	],
	...[
		'..',
		'../',
		'/',
		'//',
		'./',
		'-',
		'--',
		'=',
		':',
		'*',
		'?',
		'!',
		'&amp;',
		'__proto__',
		'constructor',
		'toString',
	],
];

export type Grammar = {
	/** Good texts. */
	readonly texts: readonly string[];
	/** What such texts are made of, beside numbers and lines of the good ones. */
	readonly words: readonly string[];
};

/** Most characters of a text; at this length what is quadratic takes far longer than a case may. */
const mostCharacters = 2 ** 17;

/** A text of words and lines of the grammar alone, or a good one with some changes. */
export function mutateText(chance: Chance, {texts, words}: Grammar): string {
	let text = chance.is(0.15) ? grown(chance, words) : chance.of(texts);
	for (let left = chance.few(8); left > 0; left--) {
		text = changeText(chance, text, chance.of(texts), words);
	}

	return text.slice(0, mostCharacters);
}

function grown(chance: Chance, words: readonly string[]): string {
	return Array.from(
		{length: chance.few(400)},
		() => word(chance, words) + chance.of(['', ' ', ' ', '\n', '\n  ']),
	).join('');
}

const word = (chance: Chance, words: readonly string[]): string =>
	words.length > 0 && chance.is(0.7) ? chance.of(words) : chance.is(0.5) ? chance.of(oddParts) : String(border(chance));

function changeText(chance: Chance, text: string, other: string, words: readonly string[]): string {
	const at = chance.below(text.length + 1);
	const before = text.slice(0, at);
	const after = text.slice(at);
	switch (chance.below(10)) {
		case 0:
			return before + word(chance, words) + after;
		case 1:
			return before + after.slice(chance.few(40));
		case 2:
			return before;
		case 3:
			return replaceNumber(chance, text);
		case 4:
			return before + other.slice(chance.below(other.length + 1));
		case 5:
			// Long enough that what is quadratic shows.
			return before + word(chance, words).repeat(chance.few(chance.is(0.1) ? 30_000 : 50)) + after;
		case 6:
			return before + String.fromCharCode(chance.below(chance.is(0.8) ? 256 : 65_536)) + after.slice(1);
		default:
			return changeLines(chance, text, other);
	}
}

function replaceNumber(chance: Chance, text: string): string {
	const numbers = [...text.slice(0, 20_000).matchAll(/\d+/g)];
	if (numbers.length === 0) {
		return text;
	}

	const {0: found, index} = chance.of(numbers);
	const number = chance.of([
		`${border(chance)}`,
		`-${border(chance)}`,
		'1e999',
		'0x10',
		'007',
		'NaN',
		'',
		'9'.repeat(400),
	]);
	return text.slice(0, index) + number + text.slice(index + found.length);
}

/** Records twice, away, in other order, from another text. */
function changeLines(chance: Chance, text: string, other: string): string {
	const separator = text.includes('\n') ? '\n' : text.includes('><') ? '><' : ' ';
	const lines = text.split(separator);
	const [one, two] = [chance.below(lines.length), chance.below(lines.length)];
	switch (chance.below(4)) {
		case 0:
			lines.splice(one, 0, ...new Array<string>(chance.few(200)).fill(lines[two] ?? ''));
			break;
		case 1:
			lines.splice(one, chance.few(5));
			break;
		case 2:
			[lines[one], lines[two]] = [lines[two] ?? '', lines[one] ?? ''];
			break;
		default:
			lines.splice(one, 0, chance.of(other.split(separator)));
	}

	return lines.join(separator);
}

/** A value with some of its parts replaced by others of its own, by borders, by what is deep, or gone. */
export function mutateJson(chance: Chance, good: unknown): unknown {
	const whole = {value: structuredClone(good)};
	for (let left = chance.few(5); left > 0; left--) {
		const places = placesIn(whole);
		if (places.length === 0) {
			break;
		}

		const {holder, key} = chance.of(places);
		const from = chance.of(places);
		switch (chance.below(6)) {
			case 0:
				delete holder[key];
				break;
			case 1:
				holder[key] = structuredClone(from.holder[from.key]);
				break;
			case 2:
				holder[`${key}${chance.of(['', '2', 's', '__proto__'])}`] = oddValue(chance);
				break;
			default:
				holder[key] = oddValue(chance);
		}
	}

	return whole.value;
}

type Place = {readonly holder: Record<string, unknown>; readonly key: string};

const mostPlaces = 2000;

function placesIn(whole: object): readonly Place[] {
	const places: Place[] = [];
	const waiting: unknown[] = [whole];
	while (waiting.length > 0 && places.length < mostPlaces) {
		const holder = waiting.pop();
		if (typeof holder === 'object' && holder !== null) {
			for (const key of Object.keys(holder)) {
				places.push({holder: holder as Record<string, unknown>, key});
				waiting.push((holder as Record<string, unknown>)[key]);
			}
		}
	}

	return places;
}

function oddValue(chance: Chance): unknown {
	switch (chance.below(10)) {
		case 9:
			return null;
		case 0:
			return chance.of([null, true, false, 0, -1, 1e308, -0, 1.5, '', [], {}]);
		case 1:
			return Number(border(chance));
		case 2:
			return String(border(chance));
		case 3:
			return chance.of(oddParts).repeat(chance.few(200));
		case 4:
			return new Array(chance.few(3000)).fill(chance.of([null, 0, '', {}]));
		case 5:
			return {[chance.of(oddParts)]: chance.of(oddParts)};
		case 6:
			return nested(chance.few(400), chance.is(0.5));
		default:
			return chance.of(['../../../x', '/etc/passwd', '-rf', 'NaN', '2026-13-45T99:99:99Z', 'i-0', 'ami-00000001']);
	}
}

function nested(depth: number, inLists: boolean): unknown {
	let value: unknown = 1;
	for (let left = depth; left > 0; left--) {
		value = inLists ? [value] : {a: value};
	}

	return value;
}

/** The text of a mutated value; sometimes such as no value has: cut, deep, with keys twice. */
export function mutateJsonText(chance: Chance, good: unknown): string {
	const text = JSON.stringify(mutateJson(chance, good)) ?? '';
	if (chance.is(0.02)) {
		return chance.of(['[', '{"a":']).repeat(chance.of([1000, 20_000, 60_000]));
	}

	return chance.is(0.7)
		? text
		: mutateText(chance, {texts: [text], words: ['{', '}', '[', ']', ',', ':', 'null', '"']});
}
