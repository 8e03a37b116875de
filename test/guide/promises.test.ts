import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {commands} from '../../source/commands/commands.js';
import {promiseTable, readTest, tableFile, titlesIn} from './promise-table.js';
import {chapters} from './promises.js';

const promises = chapters.flatMap(chapter => chapter.promises);

test('every promise of the user guide has a verdict with its reason, and a test that holds it', () => {
	for (const {what, verdict, heldBy} of promises) {
		assert.ok(verdict === 'same' || Object.values(verdict).join().endsWith('.'), what);
		assert.ok(heldBy.length > 0, `no test holds: ${what}`);
	}

	assert.equal(new Set(promises.map(({what}) => what)).size, promises.length);
});

test('every test that is to hold a promise of the user guide is there, under its title', () => {
	const files = new Map<string, ReadonlySet<string>>();
	for (const {what, heldBy} of promises) {
		for (const [file, title] of heldBy) {
			const titles = files.get(file) ?? titlesIn(readTest(file));
			files.set(file, titles);
			assert.ok(titles.has(title), `${what}: ${file} has no test ${title}`);
		}
	}
});

test('every command in the table of promises is one of d2cm', () => {
	const names = commands.map(({name}) => name);
	for (const {what, commands: lines} of promises) {
		for (const line of lines) {
			assert.ok(
				names.some(name => `${line} `.startsWith(`${name} `)),
				`${what}: d2cm ${line}`,
			);
		}
	}
});

test('docs/user-guide-promises.md is what the promises say', () => {
	assert.equal(readFileSync(tableFile, 'utf8'), promiseTable(), 'run npm run guide-table');
});
