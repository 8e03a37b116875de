import {withoutEscapes} from '../host/without-escapes.js';

/** What a console or a script wrote, without escape sequences, control characters and what turns the direction of text. */
export function printable(text: string): string {
	return withoutEscapes(text).replace(/[^\n\t\x20-\x7e\u00a0-\uffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}
