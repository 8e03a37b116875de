import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../source/engine/cloud/capacity-error.js';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {IdempotentParameterMismatchError} from '../../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import type {DeploymentRun} from '../../../source/engine/deployments/deployment-run.js';
import {reserveOneOf} from '../../../source/engine/deployments/reserve-one-of.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

type Asked = Parameters<Cloud['reserve']>[0];

/** Reserves where the answer for a type is not an error, and tells which were asked for. */
async function reserve(
	answers: Readonly<Record<string, Error | undefined>>,
	{records = [], meanwhile}: {records?: JournalRecord[]; meanwhile?: (request: Asked) => Promise<void>} = {},
) {
	const [asked, said]: [Asked[], string[]] = [[], []];
	const run = {
		cloud: {
			async reserve(request: Asked) {
				const {instanceType} = request;
				asked.push(request);
				await meanwhile?.(request);
				const answer = answers[instanceType];
				if (answer) {
					throw answer;
				}

				return [{instanceType}];
			},
		},
		cancel: new AbortController().signal,
		journal: memoryJournal(records),
		owner: async () => ({}),
		keys: async () => ({hosts: new Map()}),
		hostKeys: async () => new Map(),
		deployment: sampleDeployment(),
		effect: async (question: () => Promise<unknown>) => question(),
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
	return {got, asked, said, records};
}

const typesOf = (asked: readonly Asked[]) => asked.map(({instanceType}) => instanceType);
const notes = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'step' && record.step === 'reserve-try' ? record.data : []));

const full = new CapacityError('There is no room.');
const taken = new IdempotentParameterMismatchError('T');

test('where there is no room, the types that will do are tried in order, each under a token of its own and noted before', async () => {
	const {got, asked, said, records} = await reserve({'test.small': full, b: full, c: undefined, d: undefined});
	assert.equal(got, 'c');
	assert.deepEqual(typesOf(asked), ['test.small', 'b', 'c']);
	assert.ok(asked.every(({spot, clientToken}) => spot && /^[!-~]{1,64}$/.test(clientToken)));
	assert.equal(asked[0]?.clientToken, 'T');
	assert.equal(new Set(asked.map(({clientToken}) => clientToken)).size, 3);
	assert.deepEqual(said, ['There is no room. Trying b for Master.', 'There is no room. Trying c for Master.']);
	assert.deepEqual(notes(records), [{instanceType: 'b'}, {instanceType: 'c'}]);
});

test('what a process reserved that died before it knew is asked for first by the next, in the same zone under the same token', async () => {
	const records: JournalRecord[] = [];
	const answers = {'test.small': full, b: undefined, c: undefined};
	const first = await reserve(answers, {
		records,
		async meanwhile({instanceType, onZone}) {
			if (instanceType === 'b') {
				await onZone?.('z1');
				await onZone?.('z2');
			}
		},
	});
	assert.equal(first.asked.at(-1)?.lastZone, undefined);
	assert.deepEqual(notes(records).at(-1), {instanceType: 'b', zone: 'z2'});
	const {asked, got} = await reserve({...answers, 'test.small': undefined}, {records});
	assert.equal(got, 'b');
	assert.deepEqual(typesOf(asked), ['b']);
	assert.equal(asked[0]?.lastZone, 'z2');
	assert.equal(asked[0]?.clientToken, first.asked[1]?.clientToken);

	// When it is refused there, all others may be asked again.
	const refused = await reserve({'test.small': undefined, b: full}, {records});
	assert.deepEqual(typesOf(refused.asked), ['b', 'test.small']);
	assert.equal(refused.asked[1]?.lastZone, undefined);
	assert.deepEqual(notes(records).at(-1), {instanceType: 'test.small'});
});

test('a token that stands for something else, or anything but a lack of room, ends it: nothing is reserved beside what may be there', async () => {
	for (const error of [taken, new Error('Something else is wrong.')]) {
		const {got, asked} = await reserve({'test.small': error, b: undefined});
		assert.equal(got, error);
		assert.equal(asked.length, 1);
	}

	assert.equal((await reserve({'test.small': full, b: full})).got, full);
});
