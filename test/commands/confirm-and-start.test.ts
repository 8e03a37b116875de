import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {D2cm, DeploymentPlan} from '../../source/actions/d2cm.js';
import type {Call} from '../../source/commands/command.js';
import {confirmPlan} from '../../source/commands/confirm-and-start.js';
import {type Lines, shownLines} from '../../source/engine/host/terminal-text.js';

type Circumstances = {
	readonly options: readonly string[];
	readonly hourlyUsd?: number;
	/** What the user says on his terminal; left out: there is none. */
	readonly answer?: boolean;
};

/** What comes of agreeing, or not, to a plan: whether it was started, and what was said. */
async function confirm({options, hourlyUsd, answer}: Circumstances) {
	const lines: string[] = [];
	let isStarted = false;
	const plan = {
		remarks: [],
		priceLine: 'a price',
		costLines: ['for one hour, and another'],
		hourlyUsd,
		deployment: {roles: [{name: 'Solo', count: 1, doneChecks: [{kind: 'file', path: '/x'}], asyncScripts: []}]},
	} as unknown as DeploymentPlan;
	const d2cm = {
		async startDeployment(agreed: DeploymentPlan) {
			assert.equal(agreed, plan);
			isStarted = true;
			return {kind: 'deployment', id: 'ABC123'};
		},
	} as unknown as D2cm;
	const call = {
		options: {has: (name: string) => [...options, 'detach'].includes(name)},
		json: false,
		output: {
			isTerminal: answer !== undefined,
			...(answer !== undefined && {columns: 14}),
			print: (given: Lines) => lines.push(shownLines(given)),
			confirm: async () => answer,
		},
	} as unknown as Call;
	const error = await confirmPlan(d2cm, plan, call).then(
		() => undefined,
		(reason: Error) => reason.name,
	);
	assert.equal(lines[0], 'a price', 'it is shown first, whatever is agreed to');
	assert.equal(lines[1], answer === undefined ? 'for one hour, and another' : 'for one hour,\nand another');
	assert.match(lines[2] ?? '', /^The run\s+is\s+over\s+when\s+Solo\s+has\s+\/x\.$/);
	return {error, isStarted};
}

test('a price must be agreed to, and one that is not known by name', async () => {
	const started = {error: undefined, isStarted: true};
	const refused = {error: 'NotConfirmedError', isStarted: false};
	assert.deepEqual(await confirm({options: ['yes'], hourlyUsd: 0.5}), started);
	assert.deepEqual(await confirm({options: ['yes'], hourlyUsd: 0}), started);
	assert.deepEqual(await confirm({options: ['yes']}), refused);
	assert.deepEqual(await confirm({options: ['yes'], answer: true}), refused);
	assert.deepEqual(await confirm({options: ['yes', 'unknown-price']}), started);
	assert.deepEqual(await confirm({options: ['unknown-price']}), refused);
	assert.deepEqual(await confirm({options: [], hourlyUsd: 0.5}), refused);
	assert.deepEqual(await confirm({options: [], hourlyUsd: 0.5, answer: true}), started);
	assert.deepEqual(await confirm({options: [], answer: false}), {error: 'CancelledError', isStarted: false});
});
