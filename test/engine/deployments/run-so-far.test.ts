import assert from 'node:assert/strict';
import {test} from 'node:test';
import {hadInstances} from '../../../source/engine/deployments/had-instances.js';
import {mustBeInTime} from '../../../source/engine/deployments/run-limit.js';
import {RunSoFar} from '../../../source/engine/deployments/run-so-far.js';
import {SpendCapError} from '../../../source/engine/deployments/spend-cap-error.js';
import {spending} from '../../../source/engine/deployments/spending.js';
import type {JournalData, JournalEntry, JournalRecord} from '../../../source/engine/jobs/journal.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const hour = 3_600_000;
const at = (hours: number, entry: JournalEntry): JournalRecord => ({
	seq: 1,
	at: new Date(hours * hour).toISOString(),
	...entry,
});
const step = (name: string, mark: 'started' | 'finished', subject?: string, data?: JournalData): JournalEntry => ({
	kind: 'step',
	step: name,
	mark,
	...(subject !== undefined && {subject}),
	...(data && {data}),
});
const reserved = (role: string, instances: readonly string[], data: JournalData = {}) =>
	step('reserve', 'finished', role, {instances: [...instances], ...data});

function rolesAt(...prices: ReadonlyArray<number | undefined>) {
	const [role] = sampleDeployment().roles;
	assert.ok(role);
	return prices.map((hourlyUsd, index) => ({...role, name: `R${index}`, count: index + 1, hourlyUsd}));
}

test('every instance costs from its reservation until now, or until all were ended', () => {
	const cost = new RunSoFar();
	const roles = rolesAt(0.1, 0.2);
	assert.equal(cost.costUsd(5 * hour, roles), 0);
	cost.take(at(1, reserved('R0', ['i-1'])));
	cost.take(at(2, reserved('R1', ['i-2', 'i-3'])));
	assert.equal(cost.costUsd(3 * hour, roles)?.toFixed(4), (2 * 0.1 + 1 * 2 * 0.2).toFixed(4));
	cost.take(at(4, step('terminate-instances', 'finished')));
	cost.take(at(5, {kind: 'end', state: 'COMPLETED'}));
	assert.equal(cost.costUsd(100 * hour, roles)?.toFixed(4), (3 * 0.1 + 2 * 2 * 0.2).toFixed(4));
	assert.equal(cost.costUsd(100 * hour, rolesAt(0.1, undefined)), undefined);
});

test('a run lasts from its first process to its end, however often it was resumed, and not at all before', () => {
	const run = new RunSoFar();
	run.take(at(1, {kind: 'state', state: 'NOT_RUN'}));
	assert.equal(run.seconds(5 * hour), undefined);
	run.take(at(2, {kind: 'owner', pid: 1, version: '1.0.0'}));
	run.take(at(4, {kind: 'owner', pid: 2, version: '1.0.0'}));
	assert.equal(run.seconds(5 * hour), 3 * 3600);
	run.take(at(6, {kind: 'end', state: 'FAILED'}));
	assert.equal(run.seconds(99 * hour), 4 * 3600);
});

test('what a reservation left is not known until its outcome is written down', () => {
	const run = new RunSoFar();
	const told = (record: JournalRecord) => {
		run.take(record);
		return run.mayHaveMore;
	};
	assert.deepEqual(
		[
			told(at(1, step('reserve', 'started', 'R0'))),
			told(at(2, reserved('R0', ['i-1']))),
			told(at(3, step('replace', 'started', 'i-1'))),
			told(at(4, {kind: 'end', state: 'FAILED'})),
		],
		[true, false, true, false],
	);
});

const [first] = rolesAt(0.1);
assert.ok(first);
const other = {...first, count: 2, others: [{instanceType: 'test.other', hourlyUsd: 0.3}]};

test('a role that got another of its types costs what that one costs', () => {
	const cost = new RunSoFar();
	cost.take(at(1, reserved('R0', ['i-1'], {instanceType: 'test.other'})));
	assert.equal(cost.costUsd(3 * hour, [other])?.toFixed(4), '0.6000');
});

const replaced = [
	at(1, step('reserve', 'started', 'R0')),
	// As the cloud says; a clock of its own that is far off is not believed.
	at(2, reserved('R0', ['i-1', 'i-2'], {launchedAt: new Date(1.5 * hour).toISOString()})),
	at(3, step('replace', 'started', 'i-2')),
	at(
		4,
		step('replace', 'finished', 'i-2', {
			instance: 'i-3',
			instanceType: 'test.other',
			launchedAt: '1969-12-31T00:00:00Z',
		}),
	),
];

test('an instance that was replaced costs until it was seen dead, and the other at the rate of its own type', () => {
	const cost = new RunSoFar();
	for (const record of replaced) {
		cost.take(record);
	}

	assert.deepEqual(
		hadInstances([other], replaced).map(({instanceId, first: place, role, from, until}) => [
			...[instanceId, place, role.instanceType, role.hourlyUsd],
			...[Date.parse(from) / hour, until && Date.parse(until) / hour],
		]),
		[
			['i-1', 'i-1', 'test.small', 0.1, 1.5, undefined],
			['i-2', 'i-2', 'test.small', 0.1, 1.5, 3],
			['i-3', 'i-2', 'test.other', 0.3, 3, undefined],
		],
	);
	assert.equal(cost.costUsd(10 * hour, [other])?.toFixed(4), (8.5 * 0.1 + 1.5 * 0.1 + 7 * 0.3).toFixed(4));
});

test('an instance that has stopped, or was lost, costs its rate for the times that it ran', () => {
	const cost = new RunSoFar();
	cost.take(at(1, reserved('R0', ['i-1', 'i-2'])));
	cost.take(at(30, step('wake', 'started', 'i-1', {ranUntil: new Date(4 * hour).toISOString()})));
	cost.take(at(31, step('lost', 'finished', 'i-2')));
	cost.take(at(32, step('terminate-instances', 'finished')));
	assert.equal(cost.costUsd(99 * hour, [other])?.toFixed(4), ((3 + 2) * 0.1 + 30 * 0.1).toFixed(4));
});

test('the cap counts what was really had, at the rates of that', () => {
	const clock = (hours: number) => ({now: () => new Date(hours * hour), sleep: async () => undefined});
	const run = (hours: number, capUsd: number) => ({
		deployment: {...sampleDeployment(), roles: [other], capUsd, maxRunMinutes: 1e6},
		journal: memoryJournal([...replaced]),
		clock: clock(hours),
	});
	// From before the reservation, to be sure: 9 h of the first, 2 h of the second until it was replaced, 7 h of the third.
	assert.equal(spending(run(10, 9))?.usd.toFixed(4), (9 * 0.1 + 1.5 * 0.1 + 7 * 0.3).toFixed(4));
	assert.equal(spending(run(10, 9))?.hourlyUsd.toFixed(4), '0.4000');
	// $3.15, and ten minutes at $0.40 an hour for the results.
	mustBeInTime(run(10, 3.15 + 0.4 / 6 + 0.001), 'it ran');
	assert.throws(() => mustBeInTime(run(10, 3.15 + 0.4 / 6 - 0.001), 'it ran'), SpendCapError);
});
