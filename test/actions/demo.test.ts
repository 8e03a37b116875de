import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {D2cm} from '../../source/actions/d2cm.js';
import {startDemo} from '../../source/actions/demo.js';

test('what this machine lacks is said before any work of the demo is begun', async () => {
	const said: string[] = [];
	const lack = {subject: 'memory', ok: false, found: '0.3 GiB free', hint: 'Free some memory.'};
	const d2cm = {doctor: async () => [{subject: 'node', ok: true, found: 'v24.0.0'}, lack]} as unknown as D2cm;
	await assert.rejects(startDemo(d2cm, {say: line => said.push(line)}), {
		name: 'DemoFailedError',
		message: 'This machine cannot run the demo yet: memory: 0.3 GiB free.',
		hint: 'Free some memory.',
	});
	assert.deepEqual(said, []);
});
