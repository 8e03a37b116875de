import {type ExtPlace, inScratch, runDebugfs} from './run-debugfs.js';

/** An attribute of a guest file (a SELinux label, mostly), its value in a file of the scratch folder, by its name there. */
export type ExtendedAttribute = {readonly name: string; readonly valueFile: string};

/** The attributes of each of the files, by path, given their inode numbers. ACLs are left out: debugfs translates them on their way. */
export async function readAttributes(
	place: ExtPlace,
	inodes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, readonly ExtendedAttribute[]>> {
	const found = new Map<string, readonly ExtendedAttribute[]>();
	if (inodes.size === 0) {
		return found;
	}

	const printed = await runDebugfs(
		place,
		[...inodes.values()].map(inode => `ea_list <${inode}>`),
		{write: false},
	);
	const answers = printed.split(/^debugfs: ea_list .*$/m).slice(1);
	const commands: string[] = [];
	for (const [index, [path, inode]] of [...inodes].entries()) {
		const names = Array.from(
			(answers[index] ?? '').matchAll(/^ {2}((?:security|user|trusted)\.[\w.-]+) \(\d+\)/gm),
			match => match[1] ?? '',
		);
		const attributes = names.map((name, nth) => ({name, valueFile: `attribute-${index}-${nth}`}));
		found.set(path, attributes);
		for (const {name, valueFile} of attributes) {
			commands.push(`ea_get -f ${inScratch(place, valueFile)} <${inode}> ${name}`);
		}
	}

	if (commands.length > 0) {
		await runDebugfs(place, commands, {write: false});
	}

	return found;
}
