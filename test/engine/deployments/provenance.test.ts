import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {provenanceText} from '../../../source/commands/provenance.js';
import {provenance} from '../../../source/engine/deployments/provenance.js';
import {readSums} from '../../../source/engine/deployments/sums-file.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

test('what a run was is told from its journal and its folder: instances, commands, codes, times, results, cost', async t => {
	const job = new FakeDeployment(t, {deployment: sampleDeployment()});
	assert.equal(await job.run(), 'COMPLETED');
	const told = provenance(job.deployment, job.records, {
		exitCode: output => (output.startsWith('Master/') ? 0 : undefined),
		sums: await readSums(join(job.folder, 'SHA256SUMS')),
		now: new Date(job.end?.at ?? ''),
	});
	assert.deepEqual(
		told.instances.map(({name, instanceId}) => `${name} ${instanceId}`),
		['master-1 i-00000001', 'slave-1 i-00000002', 'slave-2 i-00000003'],
	);
	assert.ok(told.instances.every(({reservedAt = '', endedAt = ''}) => reservedAt !== '' && reservedAt < endedAt));
	assert.deepEqual(
		told.commands.map(({node, kind, exitCode}) => `${node} ${kind} ${exitCode}`),
		[
			...['master-1 start 0', 'master-1 async 0'],
			...['slave-1 start undefined', 'slave-1 start undefined', 'slave-1 async undefined'],
			...['slave-2 start undefined', 'slave-2 start undefined', 'slave-2 async undefined'],
		],
	);
	// The slaves are not waited for, so nobody knows when their async scripts ended.
	const isWatched = ({node, kind}: (typeof told.commands)[number]) => node === 'master-1' || kind === 'start';
	for (const {begunAt = '', endedAt, ...command} of told.commands) {
		assert.ok(begunAt !== '');
		assert.equal(endedAt !== undefined && begunAt <= endedAt, isWatched({...command, begunAt}));
	}

	const result = told.results.find(({path}) => path === 'Master/i-00000001/root/out');
	assert.match(result?.sha256 ?? '', /^[0-9a-f]{64}$/);
	assert.equal(readFileSync(join(job.folder, result?.path ?? ''), 'utf8'), 'result of master\n');
	assert.equal(told.states.at(-1)?.state, 'COMPLETED');
	assert.ok(told.states.slice(0, -1).every(({seconds = -1}) => seconds >= 0));
	assert.equal(told.end?.state, 'COMPLETED');
	assert.ok((told.costUsd ?? 0) > 0);
	const text = provenanceText(told).join('\n');
	assert.match(text, /^End +COMPLETED /m);
	assert.match(text, /^master-1 +async +0 +append \/root\/log pi = 3\.14 ; /m);
	assert.match(text, /^Cost +about \$0\.0\d+$/m);
});

test('a cost that is not known, and an end that is not yet, are said', () => {
	const deployment = sampleDeployment();
	const roles = deployment.roles.map(role => ({...role, hourlyUsd: undefined}));
	const reserved = {
		kind: 'step',
		step: 'reserve',
		subject: 'Master',
		mark: 'finished',
		data: {instances: ['i-1']},
		seq: 1,
		at: deployment.createdAt,
	};
	const told = provenance({...deployment, roles}, [reserved as never], {
		exitCode: () => undefined,
		sums: new Map(),
		now: new Date(),
	});
	assert.equal(told.costUsd, undefined);
	assert.match(provenanceText(told).join('\n'), /^End +not yet\nDuration +-\nCost +unknown$/m);
});
