import assert from 'node:assert/strict';
import {test} from 'node:test';
import {runOnStrictServer} from '../../helpers/ec2-fake-deployment.js';
import type {Fault, PlannedRequest} from '../../helpers/ec2-server/fault-plan.js';

const faults: Readonly<Record<string, Fault>> = {
	throttled: {kind: 'throttle'},
	'answered with 500': {kind: 'refuse', status: 500, code: 'InternalError'},
	'never answered': {kind: 'hang'},
	'done, with the reply lost': {kind: 'lose-reply'},
};

/** Of questions asked again and again, the first two stand for all. */
const mostAlike = 2;

/** Some at once: they mostly wait. */
async function inTurn<Case>(cases: readonly Case[], check: (one: Case) => Promise<void>): Promise<void> {
	const left = [...cases];
	await Promise.all(
		Array.from({length: 6}, async () => {
			for (let one = left.shift(); one !== undefined; one = left.shift()) {
				await check(one);
			}
		}),
	);
}

test('every call to the cloud, in turn throttled, failed, timed out or done without our knowing, ends in results and no instance', async t => {
	const calls: PlannedRequest[] = [];
	await runOnStrictServer(request => {
		calls.push(request);
		return undefined;
	});
	const chosen = calls.filter(({action, ofAction}) => !action.startsWith('Describe') || ofAction <= mostAlike);
	const cases = chosen.flatMap(call => Object.entries(faults).map(([name, fault]) => ({...call, name, fault})));
	let met = 0;
	await inTurn(cases, async ({action, ofAction, name, fault}) => {
		try {
			await runOnStrictServer(request => {
				const isHere = request.action === action && request.ofAction === ofAction;
				met += isHere ? 1 : 0;
				return isHere ? fault : undefined;
			});
		} catch (error) {
			throw new Error(`${action} ${ofAction} ${name}`, {cause: error});
		}
	});
	assert.ok(met > cases.length * 0.9, `only ${met} of ${cases.length} faults were met`);
	t.diagnostic(`${cases.length} cases of ${chosen.length} calls`);
});

test('with a minute until anything new is seen, a deployment ends in results and no instance', async () => {
	await runOnStrictServer(() => undefined, {unseenMs: 60_000});
});
