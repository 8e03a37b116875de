import {join} from 'node:path';
import {debugfsQuote} from './debugfs-quote.js';
import {type ExtPlace, runDebugfs} from './run-debugfs.js';

/** An attribute of a guest file (a SELinux label, mostly), its value in a file of the scratch folder. */
export type ExtendedAttribute = {readonly name: string; readonly valueFile: string};

/** The attributes of each of the files, by path. ACLs are left out: debugfs translates them on their way. */
export async function readAttributes(
	place: ExtPlace,
	paths: readonly string[],
): Promise<ReadonlyMap<string, readonly ExtendedAttribute[]>> {
	const found = new Map<string, readonly ExtendedAttribute[]>();
	if (paths.length === 0) {
		return found;
	}

	const printed = await runDebugfs(
		place,
		paths.map(path => `ea_list ${debugfsQuote(path)}`),
		{write: false},
	);
	const answers = printed.split(/^debugfs: ea_list .*$/m).slice(1);
	const commands: string[] = [];
	for (const [index, path] of paths.entries()) {
		const names = Array.from(
			(answers[index] ?? '').matchAll(/^ {2}((?:security|user|trusted)\.[\w.-]+) \(\d+\)/gm),
			match => match[1] ?? '',
		);
		const attributes = names.map((name, nth) => ({name, valueFile: join(place.scratch, `attribute-${index}-${nth}`)}));
		found.set(path, attributes);
		for (const {name, valueFile} of attributes) {
			commands.push(`ea_get -f ${debugfsQuote(valueFile)} ${debugfsQuote(path)} ${name}`);
		}
	}

	if (commands.length > 0) {
		await runDebugfs(place, commands, {write: false});
	}

	return found;
}
