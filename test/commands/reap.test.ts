import assert from 'node:assert/strict';
import test from 'node:test';
import {callHere} from '../helpers/call-here.js';
import {FakeD2cm} from '../helpers/fake-d2cm.js';

const orphanOf = (launchKey: string) => ({cloud: 'far', kind: 'key pair', id: launchKey, launchKey});

test('of what an interrupted job has left, reap says how its data can still be had', async () => {
	const d2cm = new FakeD2cm();
	d2cm.left = {found: [orphanOf('pi.DEAD99'), orphanOf('pi.OLD777')], unasked: [], mayRun: []};
	const {stdout, status} = await callHere('/nowhere', ['reap'], async () => d2cm);
	assert.equal(status, 0);
	assert.match(
		stdout,
		/pi\.DEAD99 was interrupted\. To keep its data, resume it instead: d2cm resume DEAD99\nRun `d2cm/,
	);
	assert.doesNotMatch(stdout, /resume OLD777/);
});

test('where a cloud cannot be asked, what may run on it is named, who was not asked and why, and the status is 3', async () => {
	const d2cm = new FakeD2cm();
	const mayRun = [
		{
			cloud: 'far',
			job: 'DEAD99',
			launchKey: 'pi.DEAD99',
			id: 'i-00000001',
			what: 'm5.large of role Master',
			since: '2026-11-22T10:00:00.000Z',
		},
	];
	d2cm.left = {found: [orphanOf('pi.OLD777')], unasked: [{cloud: 'far', why: 'The cloud far is silent.'}], mayRun};
	const {stdout, stderr, status} = await callHere('/nowhere', ['reap', '--yes'], async () => d2cm);
	assert.equal(status, 3);
	assert.match(stdout, /i-00000001 +far +m5\.large of role Master +pi\.DEAD99 +2026-11-22/);
	assert.match(stderr, /What is on far is not known: The cloud far is silent\./);
	assert.match(stderr, /Not everything could be asked \(far\)\. Mend that, then run `d2cm reap` again\./);
	assert.match(stdout, /They are gone\./, 'what was found elsewhere is removed all the same');
	d2cm.left = {...d2cm.left, unasked: [{cloud: 'far', why: 'The cloud far is silent.'}]};
	const asJson = await callHere('/nowhere', ['reap', '--json'], async () => d2cm);
	assert.equal(asJson.status, 3);
	assert.deepEqual(JSON.parse(asJson.stdout), {
		orphans: [],
		unasked: [{cloud: 'far', why: 'The cloud far is silent.'}],
		mayRun,
		terminated: false,
	});
});
