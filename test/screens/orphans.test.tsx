import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FakeD2cm, FakeError} from '../helpers/fake-d2cm.js';
import {fakeOrphans} from '../helpers/fake-data.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const withOrphans = () => Object.assign(new FakeD2cm(), {left: fakeOrphans});

const reaped = ({calls}: FakeD2cm) =>
	calls
		.filter(([name]) => name === 'reap')
		.map(([, orphans]) => (orphans as typeof fakeOrphans.found).map(({id}) => id));

test('what is left of one deployment is removed together, once it was agreed to', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('o');
			await see('pi.GONE55');
			await see('sci does not answer');
			await press(`${keys.down}d`);
			await see('pi.DEAD99 has not ended: resume it instead, to keep its data.');
			await press('n');
			assert.deepEqual(reaped(d2cm), []);
			await press('dy');
			await see('Nothing is left of pi.DEAD99 on local.');
			assert.deepEqual(reaped(d2cm), [['i-0123456789abcdef0', 'sg-0123456789abcdef0']]);
			await see(/not known +sci[\s\S]*key pair/);
			await press(keys.escape);
			await see('INTERRUPTED');
		},
		{d2cm: withOrphans()},
	));

test('all orphans are removed at once, and what stays after a refusal is asked for again', () =>
	walkScreens(
		async ({press, see, d2cm}) => {
			await press('o');
			await see('pi.GONE55');
			d2cm.failures.set('reap', new FakeError('The cloud local does not answer.', 'Try again later.'));
			await press(`${keys.down}da`);
			await see('The cloud local does not answer.');
			await see('pi.GONE55');
			assert.equal(d2cm.calls.filter(([name]) => name === 'orphans').length, 2);
			await press('da');
			await see('3 orphans removed.');
			assert.deepEqual(reaped(d2cm).at(-1)?.length, 3);
		},
		{d2cm: withOrphans()},
	));

test('what an instance has cost is told, or said to be unknown, and never $0; things without a price by the hour have none', () => {
	const [instance, group] = fakeOrphans.found;
	const {costUsd: _, ...unpriced} = {...instance, id: 'i-of-no-price', launchKey: 'pi.DEAR00'};
	const left = {found: [instance, unpriced, group], unasked: [], mayRun: []} as typeof fakeOrphans;
	return walkScreens(
		async ({press, see, frame}) => {
			await press('o');
			await see(/i-of-no-price .* unknown *$/m);
			assert.match(frame(), /i-0123456789abcdef0 .* \$0\.19\d* *$/m);
			assert.match(frame(), /sg-0123456789abcdef0 +local +pi\.DEAD99 *$/m);
			assert.doesNotMatch(frame(), /\$0\.00/);
		},
		{d2cm: Object.assign(new FakeD2cm(), {left})},
	);
});

test('of a cloud that cannot be asked, nothing is removed, and the reason is told', () =>
	walkScreens(
		async ({press, see}) => {
			await press('o');
			await see('pi.GONE55');
			await press('d');
			await see('What sci has is not known: The cloud sci does not answer');
		},
		{d2cm: withOrphans()},
	));

test('what may run where the cloud does not say is listed by our own journals, and is not removed before it is asked', () => {
	const mine = {cloud: 'sci', job: 'DEAD99', launchKey: 'pi.DEAD99', id: 'i-00000001', what: 'm5.large of role Master'};
	const left = {...fakeOrphans, mayRun: [{...mine, since: new Date(Date.now() - 7_200_000).toISOString()}]};
	return walkScreens(
		async ({press, see}) => {
			await press('o');
			await see(/may still run +i-00000001 +sci +pi\.DEAD99 +2 h.* unknown/);
			await press(keys.down);
			await see('By the journal of pi.DEAD99: m5.large of role Master.');
			await press('d');
			await see('sci must be asked first. Or take pi.DEAD99 up again: resume it, or cancel it.');
		},
		{d2cm: Object.assign(new FakeD2cm(), {left})},
	);
});

test('what lies where a cloud was once is told apart, and a place that is gone for good is asked no more', () => {
	const place = 'http://old.example.org:8773/';
	const [, group] = fakeOrphans.found;
	const there = {...group, id: 'sg-at-the-old-place', place} as (typeof fakeOrphans.found)[number];
	const why = 'What answers there is no EC2.';
	const unasked = [{cloud: 'far', place: 'http://gone.example.org/', why}];
	const d2cm = Object.assign(new FakeD2cm(), {left: {found: [...fakeOrphans.found, there], unasked, mayRun: []}});
	return walkScreens(
		async ({press, see}) => {
			await press('o');
			await see(/At http:\/\/gone\.example\.org\/, where it was once: What answers there is no EC2\./);
			await press('d');
			await see('Ask no more at http://gone.example.org/, where far was once?');
			await press('y');
			await see('far is no more asked at http://gone.example.org/.');
			assert.deepEqual(d2cm.calls.find(([name]) => name === 'forgetPlaces')?.slice(1), [
				'far',
				'http://gone.example.org/',
			]);
			await press(keys.down.repeat(3));
			await see(/At http:\/\/old\.example\.org:8773\/, where it was once: A security group\./);
			await press('dy');
			await see(`Nothing is left of pi.DEAD99 on local at ${place}.`);
			assert.deepEqual(reaped(d2cm), [['sg-at-the-old-place']]);
		},
		{d2cm},
	);
});

test('what was kept on purpose does not go with all the others, only when it is chosen itself', () => {
	const id = 'snap-0123456789abcdef0';
	const thing = {kind: 'snapshot', id, launchKey: '', isKept: true};
	const kept = {cloud: 'local', kind: 'snapshot', id, launchKey: '', thing, detail: 'of 8 GiB, kept'};
	const d2cm = Object.assign(new FakeD2cm(), {left: {found: [...fakeOrphans.found, kept], unasked: [], mayRun: []}});
	return walkScreens(
		async ({press, see}) => {
			await press('o');
			await see('pi.GONE55');
			await press('d');
			await see('All 3 that nobody kept');
			await press('a');
			await see('3 orphans removed.');
			assert.equal(reaped(d2cm).at(-1)?.includes(id), false);
			await see('A snapshot: of 8 GiB, kept.');
			await press('dy');
			await see(`Nothing is left of ${id} on local.`);
			assert.deepEqual(reaped(d2cm).at(-1), [id]);
		},
		{d2cm},
	);
});
