import assert from 'node:assert/strict';
import {test} from 'node:test';
import {runOnStrictServer} from '../../helpers/ec2-fake-deployment.js';
import {someAtOnce} from '../../helpers/some-at-once.js';
import {strictCases} from '../../torture/strict-cases.js';

test('every call to the cloud, in turn failed, done without our knowing or the last of its process, ends in results and no instance', async t => {
	const cases = await strictCases(1, 0);
	let met = 0;
	await someAtOnce(cases, async ({name, run}) => {
		try {
			const wasMet = await run();
			met += wasMet ? 1 : 0;
		} catch (error) {
			throw new Error(name, {cause: error});
		}
	});
	assert.ok(met > cases.length * 0.9, `only ${met} of ${cases.length} came to pass`);
	t.diagnostic(`${cases.length} cases`);
});

test('with a minute until anything new is seen, a deployment ends in results and no instance', async () => {
	await runOnStrictServer({rules: {unseenMs: 60_000}});
});
