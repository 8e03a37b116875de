import {stripVTControlCharacters} from 'node:util';

/** What a console wrote, without the escape sequences and control characters of a boot loader. */
export function printable(text: string): string {
	return stripVTControlCharacters(text).replace(/[^\n\t\x20-\x7e\u00a0-\uffff]/g, '');
}
