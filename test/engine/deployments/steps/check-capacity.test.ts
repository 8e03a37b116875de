import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import type {DeploymentRun} from '../../../../source/engine/deployments/deployment-run.js';
import {checkCapacity} from '../../../../source/engine/deployments/steps/check-capacity.js';
import {CancelledError} from '../../../../source/engine/errors/cancelled-error.js';
import {VirtualClock} from '../../../torture/virtual-clock.js';

/** A machine that has room after some minutes. */
function setUp({whenFull, minutes, reason = 'room'}: {whenFull?: 'wait'; minutes: number; reason?: 'room' | 'limit'}) {
	const virtual = new VirtualClock();
	const cancel = new AbortController();
	const said: string[] = [];
	const run = {
		cloud: {
			async checkCapacity() {
				if (virtual.passedMs < minutes * 60_000) {
					throw new CapacityError('It is full.', undefined, {reason});
				}
			},
		},
		deployment: {id: 'ABC123', roles: [], ...(whenFull && {whenFull})},
		ask: async (question: () => Promise<unknown>) => question(),
		cancel: cancel.signal,
		clock: virtual.ofProcess(() => true),
		timing: {roomPollMs: 10_000},
		say: async (_level: string, message: string) => said.push(message),
	} as unknown as DeploymentRun;
	return {virtual, cancel, said, done: checkCapacity.do(run)};
}

test('without room a deployment ends before anything is reserved, unless it was told to wait', async () => {
	await assert.rejects(setUp({minutes: 5}).done, /It is full/);
	const {virtual, said, done} = setUp({whenFull: 'wait', minutes: 5});
	await virtual.runUntil(done, 3_600_000);
	assert.equal(virtual.passedMs, 5 * 60_000);
	assert.deepEqual(said, ['It is full. Waiting for room.', 'There is room now.']);
});

test('a wait for room ends with a cancel, a finish and every limit, all of which abort one signal', async () => {
	const {virtual, cancel, done} = setUp({whenFull: 'wait', minutes: 500});
	const ends = assert.rejects(done, CancelledError);
	await virtual.runUntil(virtual.ofProcess(() => true).sleep(60_000), 120_000);
	cancel.abort(new CancelledError('The job'));
	await ends;
});

test('what can never fit is not waited for', async () => {
	await assert.rejects(setUp({whenFull: 'wait', minutes: 5, reason: 'limit'}).done, /It is full/);
});
