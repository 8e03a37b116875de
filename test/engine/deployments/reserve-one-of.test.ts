import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../source/engine/cloud/capacity-error.js';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {IdempotentParameterMismatchError} from '../../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import type {DeploymentRun} from '../../../source/engine/deployments/deployment-run.js';
import {reserveOneOf} from '../../../source/engine/deployments/reserve-one-of.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

/** Reserves where the answer for a type is not an error, and tells which were asked for. */
async function reserve(answers: Readonly<Record<string, Error | undefined>>) {
	const [asked, said]: [string[], string[]] = [[], []];
	const run = {
		cloud: {
			async reserve({instanceType, clientToken, spot}: Parameters<Cloud['reserve']>[0]) {
				asked.push(`${clientToken} ${instanceType}${spot ? ' spot' : ''}`);
				const answer = answers[instanceType];
				if (answer) {
					throw answer;
				}

				return [{instanceType}];
			},
		},
		owner: async () => ({}),
		keys: async () => ({hosts: new Map()}),
		ask: async (question: () => Promise<unknown>) => question(),
		say: async (_: string, line: string) => said.push(line),
	} as unknown as DeploymentRun;
	const [role] = sampleDeployment({master: {spot: true}}).roles;
	assert.ok(role);
	const types = Object.keys(answers).filter(name => name !== role.instanceType);
	const others = types.map(instanceType => ({instanceType, hourlyUsd: 1}));
	const got = await reserveOneOf(run, {...role, others}, {clientToken: 'T', count: 1}).then(
		([instance]) => instance?.instanceType,
		(error: unknown) => error,
	);
	return {got, asked, said};
}

const full = new CapacityError('There is no room.');
const taken = new IdempotentParameterMismatchError('T');

test('where there is no room, the types that will do are tried in order, under one token', async () => {
	const {got, asked, said} = await reserve({'test.small': full, b: full, c: undefined, d: undefined});
	assert.equal(got, 'c');
	assert.deepEqual(asked, ['T test.small spot', 'T b spot', 'T c spot']);
	assert.deepEqual(said, ['There is no room. Trying b for Master.', 'There is no room. Trying c for Master.']);
});

test('what a process reserved that died before it knew is found among the types, and nothing is reserved beside it', async () => {
	assert.equal((await reserve({'test.small': taken, b: undefined})).got, 'b');
	assert.equal((await reserve({'test.small': full, b: taken, c: full})).got, taken);
	assert.equal((await reserve({'test.small': full, b: full})).got, full);
	const other = new Error('Something else is wrong.');
	const {got, asked} = await reserve({'test.small': other, b: undefined});
	assert.equal(got, other);
	assert.equal(asked.length, 1);
});
