import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {deploymentFolder, findJob} from '../../source/actions/job-folders.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {homePaths} from '../../source/store/paths.js';
import {ec2Deployment} from '../helpers/ec2-deployment.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a deployment is found as it was meant: an unknown price is not $0, what older versions did not write is there, and damaged ones are listed', async t => {
	const paths = homePaths(await temporaryFolder(t));
	const made = ec2Deployment();
	const folder = deploymentFolder(paths, made);
	const roles = made.roles.map(role => ({...role, hourlyUsd: undefined}));
	await writeDeployment(folder, {...made, roles});
	const file = join(folder, 'deployment.json');
	const written = JSON.parse(await readFile(file, 'utf8')) as {roles: Array<Record<string, unknown>>};
	const older = written.roles.map(({spot: _, otherTypes: __, ...role}) => role);
	await writeFile(file, JSON.stringify({...written, roles: older}));
	const job = await findJob(paths, made.id);
	assert.ok(job.kind === 'deployment');
	assert.deepEqual(
		job.definition.roles.map(({hourlyUsd, spot, otherTypes}) => ({hourlyUsd, spot, otherTypes})),
		roles.map(() => ({hourlyUsd: undefined, spot: false, otherTypes: []})),
	);
	await writeFile(file, JSON.stringify({id: made.id, launchKey: made.launchKey}));
	assert.equal((await findJob(paths, made.id)).definition.id, made.id);
});
