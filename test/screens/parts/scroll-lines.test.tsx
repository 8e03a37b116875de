import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FakeD2cm} from '../../helpers/fake-d2cm.js';
import {keys, walkScreens} from '../../helpers/screen-walk.js';

test('a page is what the terminal shows, and the end is the end at every height', async () => {
	const d2cm = new FakeD2cm();
	d2cm.consoleOutput = async () => Array.from({length: 100}, (_none, line) => `console line ${line}.`).join('\n');
	await walkScreens(
		async ({press, see, resize}) => {
			await see('console line 99.');
			await press('g');
			const begin = await see('console line 0.');
			const shown = begin.match(/console line/g)?.length ?? 0;
			assert.ok(shown > 30, begin);
			const second = await press(' ');
			assert.match(second, new RegExp(`console line ${shown - 1}\\.`));
			assert.doesNotMatch(second, new RegExp(`console line ${shown - 2}\\.`));
			await resize(80, 24);
			await press('G');
			const end = await see('console line 99.');
			assert.match(end, /console line 80\./);
			// Nothing is scrolled beyond the end, so one row back shows.
			assert.doesNotMatch(await press(keys.up), /console line 99\./);
		},
		{d2cm, first: {screen: 'console', id: 'ABC123', node: 'master-1'}, columns: 120, rows: 40},
	);
});
