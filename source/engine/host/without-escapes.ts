const esc = '\u001B';

/**
Control sequences, operating system commands, other strings, two-character escapes (ECMA-48), and an escape before another one,
which would be left before what follows that. A string that is never ended goes to the end of its line, so that no more is hidden. Each character is looked at once: Node's own expression takes half a minute
for 300 kB of such beginnings.
*/
const escapeSequence = new RegExp(
	[
		`${esc}\\[[0-?]*[ -/]*[@-~]`,
		`${esc}[\\]PX^_][^\\x07\\n${esc}]*(?:\\x07|${esc}\\\\)?`,
		`${esc}[ -/]*[0-~]`,
		`${esc}(?=${esc})`,
	].join('|'),
	'g',
);

/**
Leaves out of a text what would make a terminal do something. Single control characters stay, those of C1 too: who prints takes
them out.
*/
export function withoutEscapes(text: string): string {
	return text.replaceAll(escapeSequence, '');
}
