import assert from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

/** What differs from run to run, so that the rest can be compared; everything keeps its width. */
const changing: ReadonlyArray<readonly [RegExp, string]> = [
	[/\/tmp\/d2cm-keys-\w{6}/g, '/tmp/d2cm-keys-XXXXXX'],
	[/\b(ami|mig|i)-[0-9a-f]{8}\b/g, '$1-xxxxxxxx'],
	[/\bexperiment([./])[A-Z0-9]{6}\b/g, 'experiment$1XXXXXX'],
	[/\b\d\d:\d\d:\d\d\b/g, 'hh:mm:ss'],
	[/\b\d{4}-\d\d-\d\d \d\d:\d\d\b/g, 'yyyy-mm-dd hh:mm'],
];

/**
Compares a screen with the text kept in the fixtures; with D2CM_UPDATE_FRAMES=1 in the environment it is kept anew.

@param path Below test/fixtures/, such as `by-keys/01-images.txt`.
*/
export async function mustLookLike(path: string, screen: string): Promise<void> {
	// Compiled tests run from build/test; the fixtures stay in the sources.
	const file = fileURLToPath(new URL(`../../../test/fixtures/${path}`, import.meta.url));
	const text = `${changing
		.reduce((shown, [pattern, mark]) => shown.replaceAll(pattern, mark), screen)
		.split('\n')
		.map(line => line.trimEnd())
		.join('\n')
		.trimEnd()}\n`;
	if (process.env.D2CM_UPDATE_FRAMES === '1') {
		await mkdir(dirname(file), {recursive: true});
		await writeFile(file, text);
	}

	assert.equal(text, await readFile(file, 'utf8'), `the screen does not look like ${path}`);
}
