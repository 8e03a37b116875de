import assert from 'node:assert/strict';
import test from 'node:test';
import {callHere} from '../helpers/call-here.js';
import {FakeD2cm} from '../helpers/fake-d2cm.js';

const orphanOf = (launchKey: string) => ({cloud: 'far', kind: 'key pair', id: launchKey, launchKey});

test('of what an interrupted job has left, reap says how its data can still be had', async () => {
	const d2cm = new FakeD2cm();
	d2cm.left = {found: [orphanOf('pi.DEAD99'), orphanOf('pi.OLD777')], unasked: []};
	const {stdout, status} = await callHere('/nowhere', ['reap'], async () => d2cm);
	assert.equal(status, 0);
	assert.match(
		stdout,
		/pi\.DEAD99 was interrupted\. To keep its data, resume it instead: d2cm resume DEAD99\nRun `d2cm/,
	);
	assert.doesNotMatch(stdout, /resume OLD777/);
});
