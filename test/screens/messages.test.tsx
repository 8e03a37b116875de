import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FakeD2cm} from '../helpers/fake-d2cm.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

/** Lets an action of the fake wait until it is told to go on. */
function held(d2cm: FakeD2cm, name: 'planDeployment' | 'saveCloud'): () => void {
	const {promise, resolve} = Promise.withResolvers<void>();
	const real = d2cm[name] as (...given: readonly unknown[]) => Promise<unknown>;
	Object.assign(d2cm, {
		[name]: async (...given: readonly unknown[]) => {
			await promise;
			return real(...given);
		},
	});
	return resolve;
}

test('what is wrong with saved credentials is told whole, and they are the selected ones', () => {
	const d2cm = new FakeD2cm();
	const hint = 'Choose the file that begins with -----BEGIN CERTIFICATE-----.';
	const wrong = {kind: 'error', message: 'The certificate /home/me/a/long/way/to/cert.txt is not PEM.', hint} as const;
	d2cm.checkCredential = async () => [wrong, {...wrong, kind: 'warning', message: 'Another.'}];
	return walkScreens(
		async ({press, see, frame}) => {
			await press(`n${'work'}${keys.save}`);
			await see('The credentials work are saved.');
			assert.match(
				frame().replaceAll(/\s+/g, ' '),
				/cert\.txt is not PEM\. Choose the file .*-----\. 1 more: press t\./,
			);
			await see(/❯ work/);
		},
		{d2cm, first: {screen: 'credentials'}},
	);
});

test('what is being done is said until it is done, whatever is pressed meanwhile', () => {
	const d2cm = new FakeD2cm();
	const goOn = held(d2cm, 'planDeployment');
	return walkScreens(
		async ({press, see}) => {
			await press('s');
			await press(keys.save);
			await see('Checking what can be checked before it costs');
			await press('x');
			await see('Checking what can be checked before it costs');
			goOn();
			await see('rate of $0.00');
		},
		{d2cm, first: {screen: 'templates'}},
	);
});

test('an action whose screen was left leads nowhere, and says that it is done', () => {
	const d2cm = new FakeD2cm();
	const goOn = held(d2cm, 'saveCloud');
	return walkScreens(
		async ({press, see, frame}) => {
			await press(`${keys.down}e`);
			await press(`${keys.save}${keys.escape}`);
			await see('Clouds');
			await press('n');
			await see('New cloud');
			goOn();
			await see('Saving sci: done.');
			assert.match(frame(), /New cloud/);
		},
		{d2cm, first: {screen: 'clouds'}},
	);
});

test('a form has help too, where ? is a character', () =>
	walkScreens(
		async ({press, see, frame}) => {
			await press('n?');
			await see('Name                  ?');
			await press('\u0007');
			await see(/Ctrl\+U .*Edit the line|Edit the line/);
			assert.match(frame(), /Shift\+Tab Up +Previous field/);
			await press(keys.escape);
			await see('Name                  ?');
		},
		{first: {screen: 'clouds'}},
	));

test('help gives the whole reason why a key does not work', () =>
	walkScreens(
		async ({press, see, frame}) => {
			await press('?');
			await see('Clouds: keys');
			assert.match(
				frame().replaceAll(/\s+/g, ' '),
				/\(not now: The cloud local is this machine; there is nothing to set\.\)/,
			);
		},
		{first: {screen: 'clouds'}},
	));

test('a cloud is tested from its list, by the credentials it has', () =>
	walkScreens(
		async ({press, see}) => {
			await press('t');
			await see('`d2cm doctor` says what it can do.');
			await press(`${keys.down}t`);
			await see('Test of lab on sci');
		},
		{first: {screen: 'clouds'}},
	));

test('a region that no request can be signed for is refused', () =>
	walkScreens(
		async ({press, see}) => {
			await press(`${keys.down}e`);
			await press(`${keys.tab}${keys.tab}région${keys.save}`);
			await see('Region must be letters, digits and hyphens');
		},
		{first: {screen: 'clouds'}},
	));

test('a migration that is over is neither said to be cancelled yet, nor to become an AMI', () => {
	const d2cm = new FakeD2cm();
	const [job] = d2cm.jobList.filter(({kind}) => kind === 'migration');
	assert.ok(job);
	d2cm.jobList = [...d2cm.jobList, {...job, id: 'mig-00000009', state: 'CANCELLED', end: {state: 'CANCELLED'}}];
	return walkScreens(
		async ({press, see}) => {
			await see('CANCELLED');
			await press('\u001B[H');
			await see('❯ mig-00000009');
			await press('d');
			await see(/forgotten by:\s+d2cm\s+delete\s+mig-00000009/);
			await press('i');
			await see('This migration has made no AMI.');
		},
		{d2cm, first: {screen: 'amis'}},
	);
});

test('Ctrl-C leaves the help, as it leaves everything', () =>
	walkScreens(
		async ({press, see}) => {
			await press('?');
			await see('Clouds: keys');
			await press('\u0003');
			await see('p Prices');
		},
		{first: {screen: 'clouds'}},
	));

test('a key that does nothing says where the keys are that do', () =>
	walkScreens(
		async ({press, see}) => {
			await press('z');
			await see('z does nothing here; ? shows the keys.');
			await press('?z');
			await see('z does nothing here; Esc closes the help.');
			await press(`${keys.escape}${keys.down}${keys.down}d${keys.enter}`);
			await see('Enter does nothing here; answer with one of the keys below.');
			await press('n');
			await press(`${keys.enter}\u0019`);
			await see('Ctrl+Y does nothing here; Ctrl+G shows the keys.');
		},
		{first: {screen: 'clouds'}},
	));

test('what happened while nobody looked is said on the first screen, until a key is pressed', () =>
	walkScreens(
		async ({press, see, frame}) => {
			await see('pi.ABC123 was interrupted, and goes on now. db.json was damaged.');
			await press(keys.down);
			assert.doesNotMatch(frame(), /was interrupted/);
		},
		{words: ['pi.ABC123 was interrupted, and goes on now.', 'db.json was damaged.']},
	));

test('a terminal that is far too small is told what is needed, word by word', () =>
	walkScreens(async ({resize, see}) => {
		const shown = await resize(20, 6);
		assert.match(shown, /D2CM needs at least\s+80x24\./);
		await resize(80, 24);
		await see('pi.ABC123');
	}));
