import assert from 'node:assert/strict';
import {test} from 'node:test';
import {planDetails} from '../../source/screens/plan-details.js';
import {ec2Deployment} from '../helpers/ec2-deployment.js';

test('a plan shows each role at its price and the sum, and never $0 for a price that is not known', () => {
	const deployment = ec2Deployment();
	const prices: Readonly<Record<string, number | undefined>> = {Master: 0.0958, Worker: 0.1, Store: undefined};
	const roles = deployment.roles.map(role => ({...role, hourlyUsd: prices[role.name]}));
	const details = planDetails({
		deployment: {...deployment, roles, maxRunMinutes: 90},
		priceLine: '',
		costLines: ['A run of one hour would cost $0.40.'],
		hourlyUsd: undefined,
		remarks: ['A remark.'],
	});
	const table = details.filter(line => /\d of |Together/.test(line)).map(line => line.split(/ {2,}/).join(', '));
	assert.deepEqual(table, [
		'Master, 1 of m5.large, $0.0958, $0.0958',
		'Worker, 3 of t3.micro, $0.10, $0.30',
		'Store, 2 of t3.micro, unknown, unknown',
		'Together, 6, unknown',
	]);
	assert.deepEqual(details.slice(-5), [
		'Master, Worker, Store: image worker as ami-0000000000000abcd',
		'The run is over when Master has /root/out/count; Worker and Store are not waited for.',
		'It is ended, results first, after 90 minutes at the latest.',
		'A run of one hour would cost $0.40.',
		'A remark.',
	]);
	// Sentences are wrapped.
	assert.ok(details.every(line => line.length <= 78 || line.endsWith('.')));
});
