import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {deploymentKeys} from '../../../source/engine/deployments/deployment-keys.js';
import {LocalFileError} from '../../../source/engine/ssh/local-file-error.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

test('keys that cannot be written are one error with a hint, and nothing of it goes unheard', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'd2cm-keys-'));
	t.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20}));
	const deployment = sampleDeployment();
	// Folders in the way of files: as on a full disk, no key can be written.
	const paths = [`${deployment.launchKey}.pem`, ...deployment.roles.map(({name}) => `keys/host-${name}`)];
	for (const path of paths) {
		mkdirSync(join(folder, `${path}.pub.new`), {recursive: true});
	}

	await assert.rejects(deploymentKeys(folder, deployment), LocalFileError);
	await new Promise(resolve => setTimeout(resolve, 50)); // An unheard failure would end the test here.
});
