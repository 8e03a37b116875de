import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CostSoFar} from '../../../source/engine/deployments/cost-so-far.js';
import type {JournalEntry, JournalRecord} from '../../../source/engine/jobs/journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const hour = 3_600_000;
const at = (hours: number, entry: JournalEntry): JournalRecord => ({
	seq: 1,
	at: new Date(hours * hour).toISOString(),
	...entry,
});
const reserved = (role: string): JournalEntry => ({kind: 'step', step: 'reserve', subject: role, mark: 'finished'});

function rolesAt(...prices: ReadonlyArray<number | undefined>) {
	const [role] = sampleDeployment().roles;
	assert.ok(role);
	return prices.map((hourlyUsd, index) => ({...role, name: `R${index}`, count: index + 1, hourlyUsd}));
}

test('every instance costs from its reservation until now, or until all were ended', () => {
	const cost = new CostSoFar();
	const roles = rolesAt(0.1, 0.2);
	assert.equal(cost.until(5 * hour, roles), 0);
	cost.take(at(1, reserved('R0')));
	cost.take(at(2, reserved('R1')));
	assert.equal(cost.until(3 * hour, roles)?.toFixed(4), (2 * 0.1 + 1 * 2 * 0.2).toFixed(4));
	cost.take(at(4, {kind: 'step', step: 'terminate-instances', mark: 'finished'}));
	cost.take(at(5, {kind: 'end', state: 'COMPLETED'}));
	assert.equal(cost.until(100 * hour, roles)?.toFixed(4), (3 * 0.1 + 2 * 2 * 0.2).toFixed(4));
	assert.equal(cost.until(100 * hour, rolesAt(0.1, undefined)), undefined);
});

test('a role that got another of its types costs what that one costs', () => {
	const cost = new CostSoFar();
	const [role] = rolesAt(0.1);
	assert.ok(role);
	const roles = [{...role, others: [{instanceType: 'test.other', hourlyUsd: 0.3}]}];
	cost.take(at(1, {...reserved('R0'), data: {instances: ['i-1'], instanceType: 'test.other'}} as JournalEntry));
	assert.equal(cost.until(3 * hour, roles)?.toFixed(4), '0.6000');
});
