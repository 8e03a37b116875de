const esc = '\u001B';

/** ECMA-48: control sequences, operating system commands, other strings, two-character escapes. */
const escapeSequence = new RegExp(
	[
		`${esc}\\[[0-?]*[ -/]*[@-~]`,
		`${esc}\\][^\\x07${esc}]*(?:\\x07|${esc}\\\\)?`,
		`${esc}[PX^_][^${esc}]*(?:${esc}\\\\)?`,
		`${esc}[ -/]*[0-~]`,
	].join('|'),
	'g',
);

/** What a machine wrote, as text that cannot do anything to a terminal: no escape sequences, no control characters. */
export function safeText(text: string): string {
	const plain = text.replaceAll(escapeSequence, '').replaceAll('\r\n', '\n').replaceAll(/\r+/g, '\n');
	return plain.replaceAll(/[^\P{Cc}\n\t]|\uFFFD/gu, '');
}
