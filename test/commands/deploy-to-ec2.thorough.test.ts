import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import type {DeploymentView, Orphan} from '../../source/actions/d2cm.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {strictAmi} from '../helpers/ec2-cloud-on.js';
import {sixInstances, startSshdServer} from '../helpers/ec2-deployment.js';
import {testKeys} from '../helpers/ec2-server/ec2-server.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';

test('d2cm deploy runs 3 roles with 6 instances on EC2, brings the results home and leaves nothing', async t => {
	const {server, sshPort, root} = await startSshdServer(t);
	const home = join(root, 'home');
	const store = await openStore(home);
	await store.update(draft => {
		const {accessKeyId: accessKey, secretAccessKey: secretKey} = testKeys;
		draft.credentials.push(credentialSchema.parse({name: 'lab', accessKey, secretKey}));
		draft.clouds.push(
			cloudSchema.parse({
				name: 'strict',
				kind: 'ec2',
				region: 'us-east-1',
				ec2Url: server.url,
				credential: 'lab',
				sshPort,
			}),
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
		draft.amis.push({id: strictAmi, image: 'worker', cloud: 'strict', createdAt, virtualBytes: 2 ** 30, migration: ''});
		draft.templates.push(templateSchema.parse({name: 'six', roles: sixInstances}));
	});

	const {status, stdout, stderr} = await runD2cm(
		home,
		...['deploy', 'six', '--cloud', 'strict', '--size', '42', '--type', 'Master=m5.large', '--yes', '--unknown-price'],
	);
	assert.equal(status, 0, `${stdout}${stderr}`);

	await store.refresh();
	const id = store.data().deployments[0]?.id ?? '';
	const {summary, nodes} = await askD2cm<DeploymentView>(home, 'status', id);
	assert.equal(nodes.length, 6);
	for (const {name, role, instance} of nodes) {
		const out = join(summary.folder, role, instance.id, 'root/out');
		const file = role === 'Master' ? 'count' : 'result';
		const result = await readFile(join(out, file), 'utf8');
		assert.equal(result, role === 'Master' ? '6\n' : `result ${role} ${name.split('-')[1]} 42\n`);
	}

	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: summary.folder});
	assert.deepEqual(server.liveResources(), []);
	assert.deepEqual(
		server
			.bill()
			.map(({instanceType}) => instanceType)
			.toSorted()[0],
		'm5.large',
	);
	assert.equal(server.bill().length, 6);
	assert.deepEqual((await askD2cm<{orphans: readonly Orphan[]}>(home, 'reap', '--yes')).orphans, []);
	const written = await readFile(join(summary.folder, 'journal.jsonl'), 'utf8');
	assert.ok(!`${stdout}${stderr}${written}`.includes(testKeys.secretAccessKey));
});
