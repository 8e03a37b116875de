// The table of docs/user-guide-promises.md, made of what promises.ts says. `npm run guide-table` writes it.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {chapters, type GuidePromise, type Holder, type Verdict} from './promises.js';

export const tableFile = join(projectFolder(), 'docs', 'user-guide-promises.md');

/** The whole document. */
export function promiseTable(): string {
	const promises = chapters.flatMap(chapter => chapter.promises);
	const counts = ['same', 'better', 'differs'].map(
		word => `${promises.filter(({verdict}) => wordOf(verdict) === word).length} ${word}`,
	);
	return [
		'# What the user guide promises, and what holds it',
		'',
		'D2CM succeeds a program of the same name, whose users had a guide. This lists everything that guide lets its readers expect, in',
		'our own words, with the place in D2CM where they find it and the tests that fail when it is not so.',
		'',
		`${promises.length} promises: ${counts.join(', ')}. Written by \`npm run guide-table\` from \`test/guide/promises.ts\`; a test fails when it is not up to`,
		'date, when a test that is named is not there, or when a promise has none. A title has … where the source puts in a value.',
		...chapters.flatMap(({title, promises}) => ['', `## ${title}`, '', ...rows(promises)]),
		'',
	].join('\n');
}

function rows(promises: readonly GuidePromise[]): readonly string[] {
	return [
		'| promise | in the guide | screen and keys | command | verdict | held by |',
		'|---|---|---|---|---|---|',
		...promises.map(({what, where, keys, commands, verdict, heldBy}) => {
			const code = commands.map(command => `\`d2cm ${command}\``).join(', ');
			return `| ${[what, where, keys, code, verdictText(verdict), heldBy.map(holderText).join('; ')].map(escaped).join(' | ')} |`;
		}),
	];
}

export const wordOf = (verdict: Verdict): string =>
	typeof verdict === 'string' ? verdict : (Object.keys(verdict)[0] ?? '');

const verdictText = (verdict: Verdict): string =>
	typeof verdict === 'string' ? verdict : `**${wordOf(verdict)}**: ${Object.values(verdict).join()}`;

const holderText = ([file, title]: Holder): string => `\`${file}\`: ${title}`;

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

/** The titles of the tests in a source file; … stands for a value that the source puts in. */
export function titlesIn(source: string): ReadonlySet<string> {
	const calls = source.matchAll(/\b\w*[tT]est\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g);
	return new Set(
		[...calls].map(([, single, double, template]) => {
			const text = single ?? double ?? template?.replaceAll(/\$\{[^}]*\}/g, '…') ?? '';
			return text.replaceAll(/\\(.)/g, '$1');
		}),
	);
}

export const readTest = (file: string): string => readFileSync(join(projectFolder(), 'test', file), 'utf8');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	writeFileSync(tableFile, promiseTable());
}
