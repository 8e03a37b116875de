import {StringDecoder} from 'node:string_decoder';

/** How long an Escape waits for the rest of a sequence before it is a key. */
const escapeMs = 50;
/** How long the rest of what the terminal has begun to say is waited for. */
const restMs = 1000;
/** A paste whose end never comes is used as it is; over a bad link it may stop for seconds. */
const pasteMs = 10_000;

const esc = '\u001B';
/** Escape as the kitty protocol writes it: whatever follows it, it cannot be taken for the beginning of something else. */
const escapeKey = '\u001B[27u';
const pasteStart = '\u001B[200~';
const pasteEnd = '\u001B[201~';

/**
Stands between the terminal and Ink, which takes much of what a terminal says by itself for typing: late answers to
questions of programs before us, mouse reports, a sequence that a slow link delivers in pieces. Gives on what was typed or
pasted, every key in one form, and swallows the rest.

@see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
*/
export class InputFilter {
	/** What came and may go on, a character a byte: mouse reports are no UTF-8. */
	private held = '';
	/** An Escape was taken for a key a moment ago, and what comes may be what it began. */
	private isEscapeGiven = false;
	private timer: NodeJS.Timeout | undefined;
	private readonly decoder = new StringDecoder('utf8');

	constructor(private readonly give: (input: string) => void) {}

	push(packet: Uint8Array): void {
		clearTimeout(this.timer);
		const bytes = Buffer.from(packet).toString('latin1');
		if (this.held === '' && this.isEscapeGiven) {
			this.isEscapeGiven = lateRest.test(bytes);
			this.held = this.isEscapeGiven ? esc : '';
		}

		this.held += bytes;
		let given = '';
		let waitMs: number | undefined;
		while (this.held !== '' && waitMs === undefined) {
			const part = readPart(this.held);
			if (part.length === undefined) {
				waitMs = part.waitMs;
			} else {
				const isGivenAlready = this.isEscapeGiven && part.input === escapeKey;
				if (part.text !== undefined) given += this.decoder.write(Buffer.from(part.text, 'latin1'));
				else if (!isGivenAlready) given += part.input;
				this.held = this.held.slice(part.length);
				this.isEscapeGiven = false;
			}
		}

		if (waitMs !== undefined) {
			const isKnownSoon = this.isEscapeGiven && this.held.length === 2;
			this.timer = setTimeout(() => this.waitNoLonger(), isKnownSoon ? escapeMs : waitMs);
		}

		if (given !== '') this.give(given);
	}

	private waitNoLonger(): void {
		const {held} = this;
		this.held = '';
		if (held === esc) {
			this.isEscapeGiven = true;
			this.timer = setTimeout(() => {
				this.isEscapeGiven = false;
			}, restMs);
			this.give(escapeKey);
			return;
		}

		const given = this.isEscapeGiven ? '' : escapeKey;
		this.isEscapeGiven = false;
		if (held.length === 2) {
			// Nothing followed, so a person typed it.
			this.give(given + held.slice(1));
		} else if (held.startsWith(pasteStart)) {
			this.give(pasteOf(held.slice(pasteStart.length)));
		}
	}
}

/** The rest of a sequence, as it looks when its Escape came long before: nobody types like this right after Escape. */
const lateRest = /^(?:[[\]PO_]$|\[(?:[[A-DFHIMOZ]|[0-?]+(?:[ -/]*[@-~]|$))|\][\dlLI]|P[!$+<-?\d]|_G|O[A-DFH])/;

/** The first part of what came: its length, and what of it goes on; or how long more is to be waited for. */
type Part =
	| {readonly length: number; readonly text: string; readonly input?: never}
	| {readonly length: number; readonly input: string; readonly text?: never}
	| {readonly waitMs: number; readonly length?: never};

function readPart(held: string): Part {
	const start = held.indexOf(esc);
	if (start !== 0) {
		const text = start < 0 ? held : held.slice(0, start);
		return {length: text.length, text};
	}

	if (held === esc) return {waitMs: escapeMs};
	if (held.startsWith(pasteStart)) return readPaste(held);
	if (held.startsWith(mouseStart)) return readMouse(held);
	const afterEscape = held.slice(1);
	return stringStart.test(afterEscape) ? readString(held) : readSequence(afterEscape);
}

function readPaste(held: string): Part {
	const end = held.indexOf(pasteEnd, pasteStart.length);
	if (end < 0) return {waitMs: pasteMs};
	return {length: end + pasteEnd.length, input: pasteOf(held.slice(pasteStart.length, end))};
}

function pasteOf(bytes: string): string {
	return pasteStart + Buffer.from(bytes, 'latin1').toString() + pasteEnd;
}

const mouseStart = '\u001B[M';

/** Button, column and row: a byte each (0 where the number is too large), or a character of UTF-8 in xterm's mode 1005. */
function readMouse(held: string): Part {
	let length = mouseStart.length;
	for (let number = 0; number < 3; number += 1) {
		const first = held.charAt(length);
		const second = held.charAt(length + 1);
		const mayBePair = first >= '\u00C2' && first <= '\u00DF';
		if (first === '' || (mayBePair && second === '')) return {waitMs: restMs};
		if (first !== '\0' && first < ' ') return {length, input: ''};
		length += mayBePair && second >= '\u0080' && second <= '\u00BF' ? 2 : 1;
	}

	return {length, input: ''};
}

/** OSC, DCS and APC as terminals send them, after Escape. */
const stringStart = /^(?:\][\dlLI]|P[!$+<-?\d]|_G)/;

/** A string ends by BEL or ST; any other control character shows that no terminal speaks (any more), and is what it is. */
function readString(held: string): Part {
	for (let at = 2; at < held.length; at += 1) {
		const character = held.charAt(at);
		if (character >= ' ') continue;
		if (character !== esc) return {length: at + ('\u0007\u0018\u001A'.includes(character) ? 1 : 0), input: ''};
		if (at + 1 < held.length) return {length: at + (held[at + 1] === '\\' ? 2 : 0), input: ''};
	}

	return {waitMs: restMs};
}

const wholeSequence = /^(?:\[(?:[235678]\$|\[?[0-?]*[ -/]*[@-Z\\-~])|O[\d;]*[A-Za-z])/;
const begunSequence = /^(?:[\]P_]|\[\[?[0-?]*[ -/]*|O[\d;]*)/;

/** A key, or an answer that is swallowed; an Escape by itself where nothing begins with it. */
function readSequence(afterEscape: string): Part {
	const whole = wholeSequence.exec(afterEscape)?.[0];
	if (whole !== undefined) return {length: 1 + whole.length, input: keyOf(whole)};
	const begun = begunSequence.exec(afterEscape)?.[0] ?? '';
	if (begun === afterEscape) return {waitMs: restMs};
	// A byte that belongs into no sequence ends it.
	const isCut = begun.startsWith('[') && begun.length > 1;
	return isCut ? {length: 1 + begun.length, input: ''} : {length: 1, input: escapeKey};
}

/** Modifiers are left out, but for Shift+Tab: we use none, and Ink makes an Escape of Alt. */
const letterKey = /^(?:\[(?:1?(?:;\d+(?::[12])?)?)|O(?:1;)?\d*)([A-DFHZa-d])$/;
const numberKey = /^\[\[?([1345678])(?:;\d+(?::[12])?)?[~$^@]$/;
const kittyKey = /^\[\d+(?::\d*)*(?:;\d*(?::[12])?(?:;[\d:]+)?)?u$/;
const numberedKeys: Readonly<Record<string, string>> = {1: 'H', 3: '3~', 4: 'F', 5: '5~', 6: '6~', 7: 'H', 8: 'F'};

function keyOf(sequence: string): string {
	const letter = letterKey.exec(sequence)?.[1];
	if (letter !== undefined) return `${esc}[${letter.toUpperCase()}`;
	const number = numberKey.exec(sequence)?.[1];
	if (number !== undefined) return `${esc}[${numberedKeys[number]}`;
	return kittyKey.test(sequence) ? esc + sequence : '';
}
