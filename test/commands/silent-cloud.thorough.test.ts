import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {test} from 'node:test';
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
	const home = await temporaryFolder(t);
	await (await openStore(home)).update(draft => {
		draft.credentials.push(credentialSchema.parse({name: 'lab', accessKey: 'AKIDTEST', secretKey: 'secret'}));
		draft.clouds.push(
			cloudSchema.parse({name: 'fake', kind: 'ec2', region: 'us-east-1', ec2Url: server.endpoint, credential: 'lab'}),
		);
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
	await journal.close();

	const {status, stdout} = await runD2cm(home, 'status', 'ABC123');
	assert.equal(status, 0);
	assert.match(stdout, /i-00000001/);
	assert.match(stdout, /as last known: fake has not answered yet\./);
	// It would have been asked again, were the first answer waited for.
	assert.equal(server.requests.length, 1);
});
