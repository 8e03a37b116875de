import assert from 'node:assert/strict';
import {test} from 'node:test';
import {costLines} from '../../../source/engine/deployments/cost-lines.js';
import {priceLine} from '../../../source/engine/deployments/price-line.js';
import {mustBeInTime} from '../../../source/engine/deployments/run-limit.js';
import {SpendCapError} from '../../../source/engine/deployments/spend-cap-error.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

// Three instances of $0.01 an hour each.
const capped = (capUsd: number, changes: object = {}) => ({...sampleDeployment({slave: changes}), capUsd});

test('a run that reaches its cap is ended by name, its results first, and has not cost more', async t => {
	const job = new FakeDeployment(t, {
		deployment: capped(0.006, {
			asyncScripts: ['write /root/out half a result\nhang'],
			doneChecks: [{kind: 'file', path: '/root/never'}],
		}),
	});
	assert.equal(await job.run(), 'FAILED');
	assert.match(
		job.end?.cause ?? '',
		/^The run had cost about \$0\.0\d{3} of its cap of \$0\.0060; slave-[12] was not done \(there is no \/root\/never\)\.$/,
	);
	assert.match(job.end?.hint ?? '', /--cap/);
	const got = job.records.filter(
		record => record.kind === 'step' && record.step === 'download' && record.subject?.startsWith('slave-'),
	);
	assert.ok(got.some(record => record.kind === 'step' && record.mark === 'finished'));
	assert.deepEqual(job.world.live, []);
});

test('what is left for the results is a tenth of the cap, and ten minutes at most', () => {
	const at = (minutes: number) => {
		const begun = new Date('2026-11-22T10:00:00Z');
		const journal = memoryJournal([
			...[
				{subject: 'Master', instances: ['i-1']},
				{subject: 'Slave', instances: ['i-2', 'i-3']},
			].map(({subject, instances}, index) => ({
				...{kind: 'step' as const, step: 'reserve', subject, mark: 'finished' as const, data: {instances}},
				...{seq: index + 1, at: begun.toISOString()},
			})),
		]);
		const clock = {now: () => new Date(begun.getTime() + minutes * 60_000), sleep: async () => undefined};
		return (capUsd: number) => mustBeInTime({deployment: capped(capUsd), journal, clock}, 'it ran');
	};
	// $0.03 pay an hour, $0.30 ten.
	at(53.9)(0.03);
	assert.throws(() => at(54)(0.03), SpendCapError);
	at(589.9)(0.3);
	assert.throws(() => at(590)(0.3), SpendCapError);
});

test('the cap counts by the type that was really had, at its price', () => {
	const begun = new Date('2026-11-22T10:00:00Z');
	const reserved = {kind: 'step', step: 'reserve', subject: 'Slave', seq: 1, at: begun.toISOString()} as const;
	const of = (data: object) =>
		memoryJournal([
			{...reserved, mark: 'started'},
			{...reserved, mark: 'finished', data: {instances: ['i-1', 'i-2'], ...data}},
		]);
	const clock = {now: () => new Date(begun.getTime() + 30 * 60_000), sleep: async () => undefined};
	const deployment = capped(0.03);
	const roles = deployment.roles.map(role => ({...role, others: [{instanceType: 'test.large', hourlyUsd: 0.02}]}));
	const check = (data: object) =>
		mustBeInTime({deployment: {...deployment, roles}, journal: of(data), clock}, 'it ran');
	check({});
	// Two of $0.02 reach it after 45 minutes.
	clock.now = () => new Date(begun.getTime() + 45 * 60_000);
	check({});
	assert.throws(() => check({instanceType: 'test.large'}), SpendCapError);
});

test('an upload that takes too long for the cap is ended too', async t => {
	const job = new FakeDeployment(t, {deployment: capped(0.006)});
	job.world.trouble = {hangUploads: true};
	assert.equal(await job.run(), 'FAILED');
	assert.match(job.end?.cause ?? '', /of its cap of \$0\.0060; files were still being uploaded\.$/);
	assert.deepEqual(job.world.live, []);
});

test('before it starts, the user reads what a run costs, what the cap does, and what a lost machine costs at most', () => {
	const deployment = {
		...capped(5, {count: 3}),
		maxRunMinutes: 24 * 60,
		holdMinutes: 60,
		leaseHours: 24,
		roles: capped(5, {count: 3}).roles.map(role => ({...role, hourlyUsd: 0.14})),
	};
	assert.equal(
		priceLine(deployment.roles, 'ec2', 'AWS charges'),
		'AWS charges will start at the rate of $0.56 per hour (4 instances on ec2).',
	);
	assert.deepEqual(costLines(deployment, 2.5), [
		'A run as long as the last one (2.5 h) would cost about $1.40, one of the longest time (24 h) about $13.44.',
		'The cap is $5.00: the run is ended, results first, at about $4.91, which is after 8.8 h.',
		'Only data that cannot be fetched may keep instances beyond it, up to $0.56 more.',
		'Should this machine be lost, the instances end themselves once no job has looked after them for 24 h, having cost $5.00 at most.',
	]);
	const {capUsd, ...uncapped} = deployment;
	assert.match(
		costLines(uncapped, undefined).join('\n'),
		/^A run of one hour would cost \$0\.56, [^\n]*\n[^\n]* having cost \$27\.44 at most\.$/,
	);
	const unknown = {...deployment, roles: deployment.roles.map(role => ({...role, hourlyUsd: undefined}))};
	assert.match(costLines(unknown, 1).join('\n'), /^What a run costs is not known; .* for 24 h\.$/);
	const free = {...deployment, roles: deployment.roles.map(role => ({...role, hourlyUsd: 0}))};
	assert.deepEqual(costLines(free, 1), []);
	assert.ok(capUsd > 0);
});
