import assert from 'node:assert/strict';
import {test} from 'node:test';
import {findLeftovers} from '../../../source/engine/deployments/find-leftovers.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';

test('instances whose deployment nobody works on are found by tag, and no others', async t => {
	const job = new FakeDeployment(t);
	await job.run({crash: {seq: 50, when: 'after'}}).catch(() => undefined);
	const {cloud} = job.world.process();
	const {installation} = job.deployment;
	const left = await findLeftovers(cloud, installation, new Set());
	assert.deepEqual(
		left.map(({instance, launchKey}) => `${launchKey} ${instance.id}`),
		['pi.ABC123 i-00000001', 'pi.ABC123 i-00000002', 'pi.ABC123 i-00000003'],
	);
	assert.deepEqual(await findLeftovers(cloud, installation, new Set(['pi.ABC123'])), []);
	assert.deepEqual(await findLeftovers(cloud, 'another installation', new Set()), []);
	await job.run();
	assert.deepEqual(await findLeftovers(cloud, installation, new Set()), []);
});
