import {withoutEscapes} from '../../host/without-escapes.js';

/** What a machine wrote, as text that cannot do anything to a terminal: no escape sequences, no control characters. */
export function safeText(text: string): string {
	const plain = withoutEscapes(text).replaceAll('\r\n', '\n').replaceAll(/\r+/g, '\n');
	return plain.replaceAll(/[^\P{Cc}\n\t]|\uFFFD/gu, '');
}
