import assert from 'node:assert/strict';
import {test} from 'node:test';
import {keys, walkScreens} from '../helpers/screen-walk.js';

test('a list is filtered while one types, and Escape shows all again', () =>
	walkScreens(async ({press, see}) => {
		await see('pi.OLD777');
		// Slash and text in one packet; q, n and d are letters of the filter here, not keys.
		const typing = await press('/DEAD');
		assert.match(typing, /\/DEAD.* 1 of \d/);
		assert.match(typing, /❯ pi\.DEAD99/);
		assert.doesNotMatch(typing, /OLD777/);
		const kept = await press(keys.enter);
		assert.match(kept, /Esc Show all/);
		assert.doesNotMatch(kept, /OLD777/);
		assert.match(await press(keys.escape), /pi\.OLD777/);
	}));

test('a filter fits any cell, all words, either case, and says when nothing fits', () =>
	walkScreens(async ({press, paste, see}) => {
		await see('pi.OLD777');
		const found = await press('/completed old');
		assert.match(found, /❯ pi\.OLD777/);
		assert.doesNotMatch(found, /DEAD99/);
		await paste('zzz\n');
		await press(keys.enter);
		assert.match(await press('\r'), /No row fits the filter; Esc shows all\./);
		await press(keys.escape);
		await see('pi.DEAD99');
	}));

test('the filter is still there after another screen was looked at', () =>
	walkScreens(async ({press, see}) => {
		await see('pi.OLD777');
		await press(`/DEAD${keys.enter}`);
		await press(keys.enter);
		await see('Deployment pi.DEAD99');
		const back = await press(keys.escape);
		assert.match(back, /\/DEAD/);
		assert.doesNotMatch(back, /OLD777/);
	}));
