import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import type {Orphans} from '../../source/actions/d2cm.js';
import {deploymentFolder} from '../../source/actions/job-folders.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {openJournal} from '../../source/store/journal-file.js';
import {openStore} from '../../source/store/open-store.js';
import {homePaths, jobPaths} from '../../source/store/paths.js';
import {startCannedServer} from '../helpers/canned-server.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a deployment is told of, and the program left, while its cloud hangs', async t => {
	const server = await startCannedServer(() => 'hang');
	t.after(() => server.close());
	const home = await homeWithRunOn(t, server.endpoint);
	const {status, stdout} = await runD2cm(home, 'status', 'ABC123');
	assert.equal(status, 0);
	assert.match(stdout, /i-00000001/);
	assert.match(stdout, /as last known: fake has not answered yet\./);
	// It would have been asked again, were the first answer waited for.
	assert.equal(server.requests.length, 1);
});

test('reap names what runs by our own journals where the cloud refuses to say, who was not asked, and exits with 3', async t => {
	const server = await startCannedServer(() => ({
		status: 401,
		body: '<Response><Errors><Error><Code>AuthFailure</Code><Message>no</Message></Error></Errors></Response>',
	}));
	t.after(() => server.close());
	const home = await homeWithRunOn(t, server.endpoint);
	const {status, stdout, stderr} = await runD2cm(home, 'reap');
	assert.equal(status, 3, stderr);
	assert.match(stdout, /i-00000001 +fake +test\.small of role Master +pi\.ABC123 +20\d\d-/);
	assert.match(stdout, /- +fake +perhaps instances of role Slave, whose reservation was under way +pi\.ABC123/);
	assert.match(stderr, /^local has answered\.$/m);
	assert.match(stderr, /^What is on fake is not known: /m);

	// A cloud that is there no more cannot be asked either.
	await (await openStore(home)).update(draft => {
		draft.clouds = draft.clouds.filter(({name}) => name !== 'fake');
	});
	const without = await runD2cm(home, 'reap', '--json');
	assert.equal(without.status, 3);
	const {unasked, mayRun} = JSON.parse(without.stdout) as Orphans;
	assert.deepEqual(
		unasked.map(({cloud}) => cloud),
		['fake'],
	);
	assert.match(unasked[0]?.why ?? '', /There is no cloud fake any more\. Add it again/);
	assert.equal(mayRun[0]?.id, 'i-00000001');
});

/** One instance is reserved, others were about to be when the process died. */
async function homeWithRunOn(t: TestContext, ec2Url: string): Promise<string> {
	const home = await temporaryFolder(t);
	await (await openStore(home)).update(draft => {
		draft.credentials.push(credentialSchema.parse({name: 'lab', accessKey: 'AKIDTEST', secretKey: 'secret'}));
		draft.clouds.push(cloudSchema.parse({name: 'fake', kind: 'ec2', region: 'us-east-1', ec2Url, credential: 'lab'}));
	});
	const folder = deploymentFolder(homePaths(home), sampleDeployment());
	await mkdir(folder, {recursive: true, mode: 0o700});
	await writeDeployment(folder, sampleDeployment());
	const journal = await openJournal(jobPaths(folder).journal);
	await journal.append({kind: 'state', state: 'LAUNCHING_INSTANCES'});
	await journal.append({
		kind: 'step',
		step: 'reserve',
		subject: 'Master',
		mark: 'finished',
		data: {instances: ['i-00000001'], launchedAt: '2026-11-22T10:00:00.000Z'},
	});
	await journal.append({kind: 'step', step: 'reserve', subject: 'Slave', mark: 'started'});
	await journal.close();
	return home;
}
