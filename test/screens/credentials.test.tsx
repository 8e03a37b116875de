import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Credential} from '../../source/store/database.js';
import {FakeError} from '../helpers/fake-d2cm.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

test('a profile is chosen instead of keys, and then no key is kept', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await press(`n${'work'}\r${keys.down}`);
			await see('Profile');
			assert.doesNotMatch(frame(), /Secret key/);
			await press(`\r${keys.down}${keys.save}`);
			await see('The credentials work are saved.');
			const [, saved] = d2cm.calls.find(([name]) => name === 'saveCredential') ?? [];
			const {profile, accessKey, secretKey} = saved as Credential;
			assert.deepEqual([profile, accessKey, secretKey], ['single', '', '']);
		},
		{first: {screen: 'credentials'}},
	));

test('a test shows what is missing, an error with its hint, and is made again when wanted', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			d2cm.failures.set('testCredential', new FakeError('The cloud does not accept the access key.', 'Check it.'));
			await press('t');
			await see('The cloud does not accept the access key.');
			await see('Check it.');
			await press('r');
			await see('Rights that are missing: 1');
			assert.equal(d2cm.calls.filter(([name]) => name === 'testCredential').length, 2);
		},
		{first: {screen: 'credentials'}},
	));

test('credentials and clouds that are used are not removed: what uses them is named', () =>
	walkScreens(
		async ({press, see}) => {
			await press('d');
			await see('The cloud sci uses lab.');
			await press('2');
			await press('d');
			await see('The cloud local is this machine and always there.');
		},
		{first: {screen: 'credentials'}},
	));

test('kernels are asked for anew', () =>
	walkScreens(
		async ({press, see}) => {
			await press('r');
			await see('aki-33333333');
			await see('The cloud has been asked.');
		},
		{first: {screen: 'kernels'}},
	));
