import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {DeploymentView, Orphan} from '../../source/actions/d2cm.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {sixInstances} from './ec2-deployment.js';
import {testKeys} from './ec2-server/ec2-server.js';
import {askD2cm} from './run-d2cm.js';
import type {SixCloud} from './six-clouds.js';

type HomeOfSix = Pick<SixCloud, 'name' | 'url' | 'sshPort' | 'imageId' | 'root'>;

/** A data folder that knows the cloud, with an AMI there and the template `six`: 3 roles, 6 instances. */
export async function sixHome({name, url, sshPort, imageId, root}: HomeOfSix): Promise<string> {
	const home = join(root, 'home');
	const store = await openStore(home);
	await store.update(draft => {
		const {accessKeyId: accessKey, secretAccessKey: secretKey} = testKeys;
		draft.credentials.push(credentialSchema.parse({name: 'lab', accessKey, secretKey}));
		draft.clouds.push(
			cloudSchema.parse({name, kind: 'ec2', region: 'us-east-1', ec2Url: url, credential: 'lab', sshPort}),
		);
		const createdAt = new Date().toISOString();
		draft.images.push({
			name: 'worker',
			file: join(root, 'worker.vdi'),
			addedAt: createdAt,
			os: 'Debian',
			architecture: 'x86_64',
			virtualBytes: 2 ** 30,
			verdict: 'fits',
		});
		draft.amis.push({id: imageId, image: 'worker', cloud: name, createdAt, virtualBytes: 2 ** 30, migration: ''});
		draft.templates.push(templateSchema.parse({name: 'six', roles: sixInstances}));
	});
	return home;
}

/**
What the six instances did for problem size 42 is here and whole, the cloud has run just them, and nothing is left.

@param ofFive The type of those that are not Master.
*/
export async function mustHaveRunSix(
	home: string,
	cloud: SixCloud,
	ofFive = 't3.micro',
): Promise<{readonly folder: string}> {
	const [{id} = {id: ''}] = await askD2cm<Array<{id: string}>>(home, 'status');
	const {summary, nodes} = await askD2cm<DeploymentView>(home, 'status', id);
	assert.equal(summary.end?.state, 'COMPLETED');
	assert.equal(nodes.length, 6);
	for (const {name, role, instance} of nodes) {
		const out = join(summary.folder, role, instance.id, 'root/out');
		const file = role === 'Master' ? 'count' : 'result';
		const result = await readFile(join(out, file), 'utf8');
		assert.equal(result, role === 'Master' ? '6\n' : `result ${role} ${name.split('-')[1]} 42\n`);
	}

	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: summary.folder});
	assert.deepEqual(await cloud.left(), []);
	assert.deepEqual((await cloud.ran()).toSorted(), ['m5.large', ...Array(5).fill(ofFive)].toSorted());
	assert.deepEqual((await askD2cm<{orphans: readonly Orphan[]}>(home, 'reap', '--yes')).orphans, []);
	return summary;
}
