import assert from 'node:assert/strict';
import {test} from 'node:test';
import {within} from '../../../source/engine/host/within.js';
import {VirtualClock} from '../../torture/virtual-clock.js';

const never = new Promise<never>(() => undefined);

function setUp() {
	const virtual = new VirtualClock();
	const clock = virtual.ofProcess(() => true);
	return {virtual, clock, limit: {clock, limitMs: 1000, late: () => new Error('late')}};
}

test('work that never ends is left behind at the limit', async () => {
	const {virtual, limit} = setUp();
	await assert.rejects(
		virtual.runUntil(
			within(limit, async () => never),
			5000,
		),
		/late/,
	);
	assert.equal(virtual.passedMs, 1000);
});

test('work that gets on may take longer', async () => {
	const {virtual, clock, limit} = setUp();
	const work = within(limit, async touch => {
		for (let step = 0; step < 10; step++) {
			await clock.sleep(700);
			touch();
		}

		return 'done';
	});
	assert.equal(await virtual.runUntil(work, 20_000), 'done');
});

test('the signal ends the wait at once', async () => {
	const {virtual, limit} = setUp();
	const cancel = new AbortController();
	const waiting = within({...limit, signal: cancel.signal}, async () => never);
	cancel.abort(new Error('cancelled'));
	await assert.rejects(virtual.runUntil(waiting, 5000), /cancelled/);
	assert.equal(virtual.passedMs, 0);
});
