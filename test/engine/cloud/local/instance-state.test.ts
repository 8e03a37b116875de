import assert from 'node:assert/strict';
import {test} from 'node:test';
import {instanceState, reasons, type Signs} from '../../../../source/engine/cloud/local/instance-state.js';

const running: Signs = {ended: undefined, terminating: false, started: true, alive: true, runState: 'running'};

const cases: ReadonlyArray<[string, Partial<Signs>, ReturnType<typeof instanceState>]> = [
	['started, alive and answering', {}, {state: 'running'}],
	['started and alive without an answer', {runState: undefined}, {state: 'running'}],
	['alive and running before its maker said so', {started: false}, {state: 'running'}],
	['alive but not up yet', {started: false, runState: undefined}, {state: 'pending'}],
	['written down but not started', {started: false, alive: false, runState: undefined}, {state: 'pending'}],
	['paused by a full disk', {runState: 'io-error'}, {state: 'running', stateReason: reasons.stuck}],
	['asked to end', {terminating: true}, {state: 'shutting-down', stateReason: reasons.asked}],
	['asked to end and gone', {terminating: true, alive: false}, {state: 'terminated', toSettle: true}],
	[
		'never started and asked to end',
		{terminating: true, alive: false, started: false},
		{state: 'terminated', toSettle: true},
	],
	['gone by itself', {alive: false, runState: undefined}, {state: 'terminated', toSettle: true}],
	['ended and noted', {ended: {reason: 'why'}, alive: false}, {state: 'terminated', stateReason: 'why'}],
];

for (const [what, signs, expected] of cases) {
	test(`an instance that is ${what} is ${expected.state}`, () => {
		assert.deepEqual(instanceState({...running, ...signs}), expected);
	});
}
