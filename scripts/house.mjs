// house: how the rooms of the source are cut, and which of them import each other, from the imports as they stand in it.
// Prints the figures as JSON; with `--check` only what breaks a rule of the house that `house.json` does not list as owed, and
// ends with 1 when there is any, or when something listed there is owed no more.
import {existsSync, globSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';

const root = 'source';
const {wings, layers, tables, owed} = JSON.parse(readFileSync(new URL('house.json', import.meta.url), 'utf8'));

/** Each file with its lines and the files of ours that it imports, types too; paths are below `source/`. */
const files = new Map(
	globSync(`${root}/**/*.{ts,tsx}`)
		.toSorted()
		.map(path => {
			const text = readFileSync(path, 'utf8');
			return [relative(root, path), {text, lines: text.split('\n').length - 1, imports: importsOf(path, text)}];
		}),
);

/** As the formatter leaves them: every import of ours names a file that ends with `.js`. */
function importsOf(path, text) {
	return [...text.matchAll(/(?:\bfrom |\bimport(?:\(| ))'(\.[^']+)\.js'/g)]
		.map(([, name]) => relative(root, join(dirname(path), name)))
		.map(name => `${name}${existsSync(join(root, `${name}.ts`)) ? '.ts' : '.tsx'}`);
}

const arrows = [...files].flatMap(([from, {imports}]) => imports.map(to => ({from, to})));

/** `engine/ssh` of `engine/ssh/transfer/tar.ts`: what stands on a floor of its own. */
const wingOf = path => Object.keys(wings).find(wing => path.startsWith(`${wing}/`));
const layerOf = path => layers.find(layer => path === layer || path.startsWith(`${layer}/`));

/** Arrows that run up: from a lower layer to a higher one, from a lower wing to a higher one. */
const upward = arrows.filter(({from, to}) => {
	const [low, high] = [layerOf(from), layerOf(to)].map(layer => layers.indexOf(layer));
	const [wing, other] = [wingOf(from), wingOf(to)];
	return low > high || (wing && other && wing !== other && wings[wing] < wings[other]);
});

/** Arrows from a folder to what lies beside it in its parent, inside one wing: a parent knows its children, not the reverse. */
const toParent = arrows.filter(({from, to}) => {
	const [inner, outer] = [dirname(from), dirname(to)];
	return inner !== outer && inner.startsWith(`${outer}/`) && outer.startsWith('engine/');
});

/** Folders that lie side by side and reach each other by their imports, all that is inside them counted. */
const cycles = [...new Set([...files.keys()].flatMap(parents))].toSorted().flatMap(parent => {
	const room = path => (path.startsWith(`${parent}/`) ? path.slice(parent.length + 1).split('/') : []);
	const next = new Map();
	for (const {from, to} of arrows) {
		const [one, other] = [room(from), room(to)];
		if (one.length > 1 && other.length > 1 && one[0] !== other[0]) {
			next.set(one[0], (next.get(one[0]) ?? new Set()).add(other[0]));
		}
	}

	return stronglyConnected(next).map(rooms => `${parent}: ${rooms.toSorted().join(', ')}`);
});

function parents(path) {
	const folder = dirname(path);
	return folder === '.' ? [] : [folder, ...parents(folder)];
}

/** Groups of more than one, each of which is reached from each other one. */
function stronglyConnected(next) {
	const reached = new Map([...next.keys()].map(start => [start, reachableFrom(start, next)]));
	const groups = new Set();
	for (const [start, all] of reached) {
		if (all.has(start)) {
			groups.add(
				[...all]
					.filter(other => reached.get(other)?.has(start))
					.toSorted()
					.join('\0'),
			);
		}
	}

	return [...groups].map(group => group.split('\0'));
}

function reachableFrom(start, next) {
	const all = new Set();
	const open = [start];
	while (open.length > 0) {
		for (const other of next.get(open.pop()) ?? []) {
			if (!all.has(other)) {
				all.add(other);
				open.push(other);
			}
		}
	}

	return all;
}

const inTable = path => tables.some(table => dirname(path) === table);
const crowded = Object.entries(Object.groupBy(files.keys(), path => dirname(path)))
	.filter(([folder, inside]) => inside.length > 25 && !tables.includes(folder))
	.map(([folder, inside]) => `${folder} (${inside.length})`);

const breaches = [
	...upward.map(({from, to}) => `up: ${dirname(from)} -> ${dirname(to)}`),
	...toParent.map(({from, to}) => `to its parent: ${dirname(from)} -> ${dirname(to)}`),
	...cycles.map(cycle => `cycle in ${cycle}`),
	...crowded.map(folder => `crowded: ${folder.replace(/ .*/, '')}`),
];

if (process.argv.includes('--check')) {
	const found = [...new Set(breaches)];
	const broken = found.filter(breach => !owed.includes(breach));
	const paid = owed.filter(breach => !found.includes(breach));
	for (const breach of broken) {
		const [, from, to] = /: (\S+) -> (\S+)$/.exec(breach) ?? [];
		const where = arrows.filter(arrow => dirname(arrow.from) === from && dirname(arrow.to) === to).slice(0, 3);
		console.error([`${breach}`, ...where.map(arrow => `    ${arrow.from} imports ${arrow.to}`)].join('\n'));
	}

	for (const breach of paid) {
		console.error(`No longer so, take it from scripts/house.json: ${breach}`);
	}

	process.exitCode = broken.length + paid.length > 0 ? 1 : 0;
} else {
	console.log(JSON.stringify(figures(), undefined, '\t'));
}

function figures() {
	const counted = [...files.keys()].filter(path => !inTable(path));
	const importers = Map.groupBy(arrows, ({to}) => to);
	const single = counted.filter(path => new Set(importers.get(path)?.map(({from}) => from)).size === 1);
	const lines = [...files.values()].map(file => file.lines).toSorted((a, b) => a - b);
	const sum = lines.reduce((whole, more) => whole + more, 0);
	const count = pattern => [...files.values()].reduce((all, {text}) => all + (text.match(pattern)?.length ?? 0), 0);
	const pairs = new Set(arrows.map(({from, to}) => `${dirname(from)}\0${dirname(to)}`));
	const twoWay = [...pairs].map(pair => pair.split('\0')).filter(([a, b]) => a < b && pairs.has(`${b}\0${a}`));
	return {
		files: files.size,
		lines: sum,
		medianLines: lines[lines.length >> 1],
		meanLines: Math.round(sum / lines.length),
		over350Lines: [...files].filter(([, {lines: long}]) => long > 350).map(([path]) => path),
		oneImporter: single.length,
		oneImporterPercent: Math.round((single.length / counted.length) * 100),
		crowdedFolders: crowded,
		twoWayFolders: twoWay.length,
		foldersInCycles: cycles,
		arrowsUp: upward.length,
		arrowsToParent: toParent.length,
		errorClasses: count(/class \w+Error extends/g),
		optionalSpreads: count(/\.\.\.\([^()]*(?:\([^()]*\)[^()]*)*\? \{[^{}]*\} : \{\}\)/g),
		commentsBeginningWithOf: count(/\/\*\*\s+Of\b/g),
	};
}
