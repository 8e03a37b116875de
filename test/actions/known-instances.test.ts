import assert from 'node:assert/strict';
import {test} from 'node:test';
import {instancesOf} from '../../source/actions/known-instances.js';
import type {Cloud, Instance} from '../../source/engine/cloud/cloud.js';
import {CloudUnreachableError} from '../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

const instance = {id: 'i-1', state: 'running'} as Instance;

test('a cloud that does not answer keeps nobody waiting: instances are as it said last, and it is asked once at a time', async () => {
	const answers: Array<PromiseWithResolvers<readonly Instance[]>> = [];
	const describe = async () => {
		const answer = Promise.withResolvers<readonly Instance[]>();
		answers.push(answer);
		return answer.promise;
	};
	const ask = instancesOf(async () => ({describe}) as unknown as Cloud, 1);
	const deployment = sampleDeployment();
	assert.deepEqual(await ask(deployment), {known: new Map(), silence: `${deployment.cloud} has not answered yet.`});
	await ask(deployment);
	assert.equal(answers.length, 1);
	answers[0]?.resolve([instance]);
	assert.deepEqual(await ask(deployment), {known: new Map([['i-1', instance]])});

	const later = ask(deployment);
	await new Promise(setImmediate);
	answers[1]?.reject(new CloudUnreachableError('ec2:DescribeInstances', 'is down'));
	const {known, silence} = await later;
	assert.deepEqual([...known.keys()], ['i-1']);
	assert.match(silence ?? '', /is down/);
});

test('what is our own fault is not taken for a silent cloud', async () => {
	const ask = instancesOf(async () => {
		throw new TypeError('ours');
	}, 1000);
	await assert.rejects(ask(sampleDeployment()), TypeError);
});
