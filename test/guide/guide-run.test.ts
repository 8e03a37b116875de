import assert from 'node:assert/strict';
import {test} from 'node:test';
import {eventLine} from '../../source/commands/event-line.js';
import {deployedNodes} from '../../source/engine/deployments/node.js';
import {nodeEnvironment} from '../../source/engine/deployments/node-environment.js';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import {FakeDeployment} from '../helpers/fake-deployment.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

test('the events of a deployment are told by their names, with the time of each, in order', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	const told = job.records.filter(({kind}) => kind === 'state').map(record => eventLine(record) ?? '');
	const events = ['INSTANCES_LAUNCHED', 'COLLECTING_DATA', 'DATA_COLLECTED'];
	assert.deepEqual(
		told.flatMap(line => events.filter(event => new RegExp(`^\\d\\d:\\d\\d:\\d\\d state .* ${event}$`).test(line))),
		events,
	);
	const times = job.records.map(({at}) => Date.parse(at));
	assert.deepEqual(times, times.toSorted(), 'each has its own time');
});

/** As the guide shows them; a state stands where the original wrote a line beside its event. */
const guideLines = [
	/ Creating session key pi\.ABC123$/,
	/ Reserving 1 instance\(s\) of ami-00000001 with launchKey pi\.ABC123$/,
	/ Instance\(s\) reserved with ID: i-00000001$/,
	/ The deployment's instances have booted\.$/,
	/ INSTANCES_LAUNCHED$/,
	/ Contextualizing Instances$/,
	/ ROLES_CONTEXTUALIZED$/,
	/ Uploading \/etc\/hostname to master-1:\/root\/input$/,
	/ Starting roles$/,
	/ Executing: write \/root\/ready yes$/,
	/ Role Master Returning true for finished test$/,
	/ COLLECTING_DATA$/,
	/ Downloading data from instance i-00000001 to \/.*\/Master\/i-00000001$/,
	/ DATA_COLLECTED$/,
	/ Reservation .* successfully terminated$/,
	/ Results are in \/.+$/,
];

test('the log of a deployment has the lines of the user guide, in order', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	const lines = job.records.flatMap(record => eventLine(record)?.split('\n') ?? []);
	let from = 0;
	for (const pattern of guideLines) {
		const found = lines.slice(from).findIndex(line => pattern.test(line));
		assert.notEqual(found, -1, `${pattern} does not come after ${lines[from - 1]}`);
		from += found + 1;
	}

	assert.ok(lines.some(line => line.endsWith('Role Slave Returning true for finished test')));
	assert.ok(lines.some(line => line.endsWith(`Results are in ${job.folder}`)));
});

test('start scripts run one after the other on every instance, and all have ended before any async script begins', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	const effects = job.world.effects.filter(effect => /(start|async)-\d$/.test(effect));
	const place = (effect: string) => effects.indexOf(effect);
	for (const slave of ['Slave-1', 'Slave-2']) {
		assert.ok(place(`${slave} start-1`) < place(`${slave} start-2`));
	}

	const marks = job.records.filter(isMark);
	const lastEnd = marks.findLastIndex(({step, mark}) => step === 'start-script' && mark === 'finished');
	const firstBegin = marks.findIndex(({step}) => step === 'async-script');
	assert.ok(lastEnd !== -1 && lastEnd < firstBegin);
	assert.ok(
		effects.findLastIndex(effect => effect.includes('start')) < effects.findIndex(effect => effect.includes('async')),
	);
});

const isMark = (record: JournalRecord): record is Extract<JournalRecord, {kind: 'step'}> => record.kind === 'step';

test('results are fetched only when the checks of all roles hold', async t => {
	const slave = {doneChecks: [{kind: 'file', path: '/root/end'}]};
	const job = new FakeDeployment(t, {deployment: sampleDeployment({slave})});
	let held = 0;
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'event' && record.message === 'Role Master Returning true for finished test') {
				held = job.records.length;
				setTimeout(() => {
					for (const {files} of job.world.instances.slice(1)) files.set('/root/end', 'yes');
				}, 100);
			}
		},
	});
	assert.equal(end, 'COMPLETED');
	const between = job.records
		.slice(held)
		.flatMap(record => (record.kind === 'event' ? [record.message] : record.kind === 'state' ? [record.state] : []));
	const finished = between.indexOf('Role Slave Returning true for finished test');
	assert.ok(finished !== -1 && finished < between.indexOf('COLLECTING_DATA'), between.join('\n'));
});

test('scripts find the hostfile, its length, their role and the problem size in their environment, and root may start Open MPI', () => {
	const deployment = sampleDeployment();
	const [, slave] = deployedNodes(deployment, ({count}) => Array.from({length: count}, (_, index) => `i-${index}`));
	assert.ok(slave);
	assert.deepEqual(nodeEnvironment(deployment, slave, 3), {
		D2C_MPI_HOSTFILE: '/tmp/d2c.context',
		D2C_MPI_HOSTCOUNT: '3',
		D2CM_ROLE: 'Slave',
		D2CM_INDEX: '1',
		D2CM_PROBLEM_SIZE: '42',
		OMPI_ALLOW_RUN_AS_ROOT: '1',
		OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
	});
});
