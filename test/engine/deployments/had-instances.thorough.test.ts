import assert from 'node:assert/strict';
import {test} from 'node:test';
import {hadInstances} from '../../../source/engine/deployments/had-instances.js';
import {provenance} from '../../../source/engine/deployments/provenance.js';
import {runOnStrictServer} from '../../helpers/ec2-fake-deployment.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const type = (name: string, hourlyUsd: number) => ({
	...{name, hourlyUsd, vcpus: 1, memoryMib: 512},
	...{architectures: ['x86_64'], bootModes: ['legacy-bios']},
});

test('each instance is known at the rate that the cloud bills for it, one that stands in for another on another type too', async () => {
	const sample = sampleDeployment();
	const others = [{instanceType: 'test.other', hourlyUsd: 0.07}];
	const deployment = {...sample, roles: sample.roles.map(role => ({...role, others}))};
	let launches = 0;
	await runOnStrictServer({
		deployment,
		rules: {
			types: [type('test.small', 0.01), type('test.other', 0.07)],
			zones: ['us-east-1a'],
			diesPending: number => (number === 3 ? 'Server.InternalError' : undefined),
		},
		// The third and fourth launch are those of the one that stands in, wherever there may be room.
		faults({action}) {
			launches += action === 'RunInstances' ? 1 : 0;
			return action === 'RunInstances' && isForOther(launches)
				? {kind: 'refuse', status: 500, code: 'InsufficientInstanceCapacity'}
				: undefined;
		},
		judge({server, records}) {
			const end = records.find(record => record.kind === 'end');
			assert.equal(end?.state, 'COMPLETED', end?.cause);
			const had = hadInstances(deployment.roles, records);
			const billed = new Map(
				server.bill().map(({id, usd, seconds}) => [id, Number(((usd * 3600) / seconds).toFixed(4))]),
			);
			assert.deepEqual([...billed.values()].toSorted(), [0.01, 0.01, 0.07]);
			const dead = had.filter(({instanceId}) => !billed.has(instanceId));
			assert.equal(dead.length, 1, 'the one that died pending');
			for (const {instanceId, role} of had.filter(one => !dead.includes(one))) {
				assert.equal(role.hourlyUsd, billed.get(instanceId));
			}

			const told = provenance(deployment, records, {exitCode: () => 0, sums: new Map(), now: new Date()});
			assert.deepEqual(
				told.instances.map(({name, instanceType, hourlyUsd}) => `${name} ${instanceType} ${hourlyUsd}`),
				['master-1 test.small 0.01', 'slave-1 test.small 0.01', 'slave-2 test.small 0.01', 'slave-2 test.other 0.07'],
			);
			assert.ok(told.instances.every(({reservedAt = '', endedAt = ''}) => reservedAt !== '' && reservedAt <= endedAt));
			const [, , , standIn] = told.instances;
			assert.ok(told.commands.some(({output}) => output.startsWith(`Slave/${standIn?.instanceId}/scripts/`)));
		},
	});
});

/** After a dry run for each role, and the launch of each. */
const isForOther = (launch: number) => launch === 5 || launch === 6;
