import assert from 'node:assert/strict';
import {test} from 'node:test';
import stringWidth from 'string-width';
import {keys, walkScreens} from '../helpers/screen-walk.js';

test('several keys in one packet are all obeyed', () =>
	walkScreens(async ({press}) => {
		assert.match(await press('78'), /\[8Ramdisks\]/);
		assert.match(await press('7'), /\[7Kernels\]/);
		assert.match(await press(`${keys.right}${keys.right}${keys.right}`), /\[2Clouds\]/);
		assert.match(await press('\t\t'), /\[4AMIs\]/);
		assert.match(await press('7dn'), /aki-11111111/);
	}));

test('every frame fills the terminal exactly, and a smaller terminal is told so and recovers', () =>
	walkScreens(async ({press, resize}) => {
		for (const tab of '12345678') {
			const lines = (await press(tab)).split('\n');
			assert.equal(lines.length, 24);
			assert.ok(lines.every(line => stringWidth(line) <= 80));
		}

		assert.match(await resize(60, 20), /needs at least 80x24[\s\S]*60x20/);
		assert.equal((await resize(120, 40)).split('\n').length, 40);
		assert.match(await resize(80, 24), /\[8Ramdisks\]/);
	}));

test('help lists every key of the screen and closes again', () =>
	walkScreens(async ({press}) => {
		assert.match(await press('7?'), /Kernels: keys[\s\S]*Remove[\s\S]*Quit/);
		assert.match(await press(keys.escape), /aki-11111111/);
	}));
