const mark = '# d2cm: ';
const runtimeFolder = 'source-directory /run/network/interfaces.d';

/**
Comments out the stanzas of all cards but the loopback. The main file also reads a folder where each card of the cloud is
written at boot, by the name it then has.
*/
export function fixInterfaces(text: string, {isMain}: {readonly isMain: boolean}): string {
	let inStanza = false;
	const lines = text.split('\n').map(line => {
		const [word = '', ...names] = line.trim().split(/\s+/);
		if (word === 'iface' || word === 'mapping') {
			inStanza = names[0] !== 'lo';
		} else if (word === 'auto' || word.startsWith('allow-')) {
			inStanza = false;
			const others = names.filter(name => name !== 'lo');
			return others.length === 0 ? line : `${mark}${line}${names.length > others.length ? `\n${word} lo` : ''}`;
		} else if (word.startsWith('source') || word === 'rename' || word.startsWith('no-')) {
			inStanza = false;
		}

		return inStanza && word !== '' && !word.startsWith('#') ? `${mark}${line}` : line;
	});
	const fixed = lines.join('\n');
	return !isMain || fixed.includes(runtimeFolder)
		? fixed
		: `${endedOnce(fixed)}\n${mark}The cards of the cloud, as they are found at boot.\n${runtimeFolder}\n`;
}

/** With one line end at its end; `/\n*$/` would look at every run of line ends before it. */
function endedOnce(text: string): string {
	let end = text.length;
	while (text[end - 1] === '\n') {
		end--;
	}

	return `${text.slice(0, end)}\n`;
}
