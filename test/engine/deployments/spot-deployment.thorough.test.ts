import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Deployment} from '../../../source/engine/deployments/deployment.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {runOnStrictServer} from '../../helpers/ec2-fake-deployment.js';
import {interruptSpot, type WorldInstanceType} from '../../helpers/ec2-server/instance-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const small = {
	name: 'test.small',
	vcpus: 1,
	memoryMib: 512,
	hourlyUsd: 0.01,
	spotUsd: [0.004],
	architectures: ['x86_64'],
	bootModes: ['legacy-bios'],
};
const zones = ['us-east-1a', 'us-east-1b'];
/** There is no room for it anywhere. */
const full = {...small, name: 'test.full', spotUsd: [0.002], notIn: zones};
const types: readonly WorldInstanceType[] = [small, full];

const withSlaves = (changes: Partial<Deployment['roles'][number]>, slave: object = {}): Deployment => {
	const deployment = sampleDeployment({slave});
	return {...deployment, roles: deployment.roles.map((role, index) => (index === 1 ? {...role, ...changes} : role))};
};
const lines = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'event' ? [record.message] : [])).join('\n');

test('a role whose type has no room runs on the next that will do, as spot instances at their rate, and the journal says at which price', async () => {
	const deployment = withSlaves({
		spot: true,
		instanceType: 'test.full',
		hourlyUsd: 0.002,
		others: [{instanceType: 'test.small', hourlyUsd: 0.004}],
	});
	const {server, records} = await runOnStrictServer({rules: {types, zones}, deployment});
	const rates = server.bill().map(({usd, seconds}) => Number(((usd * 3600) / seconds).toFixed(4)));
	assert.deepEqual(rates, [0.01, 0.004, 0.004]);
	const reserved = records.find(
		record => record.kind === 'step' && record.subject === 'Slave' && record.mark === 'finished',
	);
	assert.equal(reserved?.kind === 'step' && reserved.data?.instanceType, 'test.small');
	assert.match(lines(records), /no room for 2 x test\.full as spot instances[^\n]*Trying test\.small for Slave/);
	assert.match(lines(records), /Reserving 2 spot instance\(s\)/);
});

for (const unseenMs of [0, 60_000]) {
	test(`killed around any reservation while types are tried in turn, with ${unseenMs / 1000} s until anything is seen, nothing is reserved twice`, async () => {
		const deployment = withSlaves({
			instanceType: 'test.full',
			hourlyUsd: 0.002,
			others: [{instanceType: 'test.small', hourlyUsd: 0.01}],
		});
		const setting = {rules: {types, zones, unseenMs}, deployment};
		// The first reserves the master; then there is no room for the slaves on the one type, and there is on the other.
		for (const ofAction of [2, 3]) {
			for (const when of ['before', 'after'] as const) {
				const {deaths, records} = await runOnStrictServer({
					...setting,
					// As soon as all are reserved there is room for the first type, too.
					meanwhile({world: {compute}}) {
						compute.rules.types = compute.instances.size < 3 ? types : [small, {...full, notIn: []}];
					},
					kills: [{action: 'RunInstances', ofAction, when}],
				});
				assert.equal(deaths, 1);
				const reserved = records.find(
					record => record.kind === 'step' && record.subject === 'Slave' && record.mark === 'finished',
				);
				assert.equal(reserved?.kind === 'step' && reserved.data?.instanceType, 'test.small');
			}
		}
	});
}

for (const unseenMs of [0, 60_000]) {
	test(`killed around any reservation while zones are tried in turn, with ${unseenMs / 1000} s until anything is seen, nothing is reserved twice`, async () => {
		// When the master is there, the slaves find room in the third place only, and later everywhere.
		for (const place of [2, 3]) {
			for (const when of ['before', 'after'] as const) {
				let [had, asked, deadly] = [0, 0, 0];
				const {deaths, server} = await runOnStrictServer({
					rules: {unseenMs},
					meanwhile({world: {compute}}) {
						had = compute.instances.size;
						compute.rules.room = new Map(had === 1 ? [['us-east-1a', 0]] : []);
					},
					faults({action, ofAction}) {
						if (action !== 'RunInstances' || had === 0) {
							return undefined;
						}

						asked++;
						deadly = asked === place ? ofAction : deadly;
						return asked === 1 ? {kind: 'refuse', status: 500, code: 'InsufficientInstanceCapacity'} : undefined;
					},
					kills: [
						{
							action: 'RunInstances',
							get ofAction() {
								return deadly;
							},
							when,
						},
					],
				});
				assert.equal(deaths, 1);
				const [, ...slaves] = [...server.world.compute.instances.values()].map(({zone}) => zone);
				assert.deepEqual(slaves, ['us-east-1b', 'us-east-1b']);
			}
		}
	});
}

test('where a type costs more on spot than may be paid, the next one is had', async () => {
	const dear = {...small, name: 'test.dear', spotUsd: [0.009]};
	const deployment = withSlaves({
		spot: true,
		spotMaxUsd: 0.005,
		instanceType: 'test.dear',
		hourlyUsd: 0.009,
		others: [{instanceType: 'test.small', hourlyUsd: 0.004}],
	});
	const {server, records} = await runOnStrictServer({rules: {types: [small, dear], zones}, deployment});
	assert.deepEqual(
		server.bill().map(({instanceType}) => instanceType),
		['test.small', 'test.small', 'test.small'],
	);
	assert.match(
		lines(records),
		/sells no 2 x test\.dear as spot instances at \$0\.0050 per hour[^\n]*Trying test\.small/,
	);
});

test('an interruption ends the run under its name, with the results of the others', async () => {
	const deployment = withSlaves(
		{spot: true},
		{asyncScripts: ['write /root/out result of slave', 'hang'], doneChecks: [{kind: 'file', path: '/root/never'}]},
	);
	const hasBegun = (server: Parameters<typeof interruptSpot>[0]) =>
		[...server.instances.values()].filter(({spotUsd}) => spotUsd !== undefined);
	let looks = 0;
	await runOnStrictServer({
		faults(request) {
			looks += request.action === 'DescribeInstances' ? 1 : 0;
			return undefined;
		},
		rules: {types, zones},
		deployment,
		meanwhile: ({world}) => {
			const [first] = hasBegun(world.compute);
			if (looks > 25 && first) {
				interruptSpot(world.compute, first);
			}
		},
		judge: ({server, records}) => {
			const end = records.find(record => record.kind === 'end');
			assert.equal(end?.state, 'FAILED');
			assert.match(end?.cause ?? '', /slave-1 \(i-\w+\) is gone: it is a spot instance, the cloud has interrupted it/);
			assert.match(lines(records), /slave-1 \(i-\w+\) is gone: it is a spot instance/);
			assert.deepEqual(server.liveResources(), []);
		},
	});
});

test('a reservation that is refused for what it asks ends the run at once, in the words of the cloud, and nothing is left', async () => {
	const {server, records} = await runOnStrictServer({
		rules: {types, zones},
		// Spot instances that are asked for once cannot stop.
		deployment: withSlaves({spot: true, stops: true}),
		judge: () => undefined,
	});
	const end = records.find(record => record.kind === 'end');
	assert.equal(end?.state, 'FAILED');
	assert.match(end?.cause ?? '', /InvalidParameterCombination/);
	assert.equal(server.counts.byAction.get('RunInstances'), 4, 'each role once, after a dry run');
	assert.doesNotMatch(lines(records), /cannot be asked now/);
	assert.deepEqual(server.liveResources(), []);
});
