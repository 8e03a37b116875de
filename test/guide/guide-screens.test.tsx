import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import type {Credential} from '../../source/store/database.js';
import type {FakeD2cm} from '../helpers/fake-d2cm.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const lastCall = (d2cm: FakeD2cm, name: string) => d2cm.calls.findLast(([called]) => called === name)?.slice(1);

let folder = '';
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'd2cm-guide-'));
	await writeFile(join(folder, 'cert.pem'), '');
	await writeFile(join(folder, 'pk.pem'), '');
});
after(() => rm(folder, {recursive: true}));

test('the six fields of a credential are asked for, kept together, and the secret is never drawn', () =>
	walkScreens(
		async ({press, see, frame, d2cm}) => {
			await press('n');
			await press('amazon\r\r');
			await press('AKIAIOSFODNN7EXAMPLE\r');
			assert.match(await press('wJalrXUtnFEMI'), /Secret key +\*{13}/);
			assert.doesNotMatch(frame(), /wJalr/);
			await press(`\r${folder}/cert.pem\r${folder}/pk.pem\r728681021428`);
			await press(keys.save);
			await see('The credentials amazon are saved.');
			const [saved] = (lastCall(d2cm, 'saveCredential') ?? []) as [Credential];
			assert.deepEqual(
				[saved.name, saved.userId, saved.accessKey, saved.secretKey, saved.certificate, saved.privateKey],
				[
					'amazon',
					'728681021428',
					'AKIAIOSFODNN7EXAMPLE',
					'wJalrXUtnFEMI',
					join(folder, 'cert.pem'),
					join(folder, 'pk.pem'),
				],
			);
			assert.doesNotMatch(frame(), /wJalr/);
		},
		{first: {screen: 'credentials'}},
	));

test('one image is migrated to one cloud and then to another, each chosen when it is migrated', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('m');
			await see('Image and cloud');
			await press('\r\r');
			await see(/Cloud: +local/);
			await press('\r');
			await see('Migration of worker');
			await press(`${keys.escape}3`);
			await see('[3Images]');
			await press('m');
			await press(`\r${keys.down}${keys.next}\u0015images${keys.next}`);
			await press(keys.next);
			await see(/Cloud: +sci/);
			await press('\r');
			await see('Start the migration?');
			await press('y');
			await see('Migration of worker');
			const asked = d2cm.calls.flatMap(([name, request]) =>
				name === 'startMigration' ? [request as {image: string; cloud: string}] : [],
			);
			assert.deepEqual(
				asked.map(({image, cloud}) => [image, cloud]),
				[
					['worker', 'local'],
					['worker', 'sci'],
				],
			);
		},
		{first: {screen: 'images'}},
	));

test('images are listed with size and date, AMIs with image, cloud and state', () =>
	walkScreens(
		async ({press, see}) => {
			await see(/worker .* 20\.0 GiB/);
			await press('\r');
			await see(/Added +2026-11-20 09:30/);
			await see(/Disk +20\.0 GiB, 1\.3 GiB in use/);
			await press(`${keys.escape}4`);
			await see(/ami-0a1b2c3d +worker local +available/);
		},
		{first: {screen: 'images'}},
	));

test('the roles of a template are listed while it is made, with the image of each, and with their counts afterwards', () =>
	walkScreens(
		async ({press, see}) => {
			await press('e');
			await press(keys.next);
			await see(/1\. Master[\s\S]*2\. Slave/);
			await press(keys.next);
			await see(/Image +worker/);
			await press(keys.previous);
			await press(keys.save);
			await see(/pi +Master x1, Slave x2/);
		},
		{first: {screen: 'templates'}},
	));
