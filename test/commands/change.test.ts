import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';

test('a limit that was given is taken back by the word template, one by one, and nothing else is', async t => {
	const home = await homeWithTemplate(t);
	const d2cm = async (...words: readonly string[]) => {
		const {status, stdout, stderr} = await callHere(home, [...words, '--json']);
		assert.equal(status, 0, stderr);
		return stdout;
	};
	const limits = ['--cap', '5', '--max-hours', '2', '--lease', '12', '--lease-ends', 'terminate'];
	await d2cm('deploy', 'pair', '--cloud', 'local', '--size', '1', ...limits, '--later');
	const [{id = ''} = {}] = await (await openD2cm(home)).jobs();
	const request = async () => (await (await openD2cm(home)).cloneDeployment(id)).request;
	await d2cm('change', id, '--cap', 'template', '--lease', 'template');
	const {capUsd, maxHours, leaseHours, leaseEnds} = await request();
	assert.deepEqual(
		{capUsd, maxHours, leaseHours, leaseEnds},
		{
			capUsd: undefined,
			maxHours: 2,
			leaseHours: undefined,
			leaseEnds: 'terminate',
		},
	);
	await d2cm('change', id, '--max-hours', 'template', '--lease-ends', 'template');
	assert.equal((await request()).maxHours, undefined);
	assert.equal((await request()).leaseEnds, undefined);

	const wrong = await callHere(home, ['change', id, '--cap', 'none']);
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /--cap must be a number above 0, or `template`, and none is neither\./);
});
