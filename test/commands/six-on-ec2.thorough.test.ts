import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {startSshdServer} from '../helpers/ec2-deployment.js';
import {testKeys} from '../helpers/ec2-server/ec2-server.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {mustHaveRunSix, strictHome} from '../helpers/strict-home.js';

test('d2cm deploy runs 3 roles with 6 instances on EC2, brings the results home and leaves nothing', async t => {
	const server = await startSshdServer(t);
	const home = await strictHome(server);
	const {status, stdout, stderr} = await runD2cm(
		home,
		...['deploy', 'six', '--cloud', 'strict', '--size', '42', '--type', 'Master=m5.large', '--yes', '--unknown-price'],
	);
	assert.equal(status, 0, `${stdout}${stderr}`);
	const {places} = JSON.parse(await readFile(join(home, 'db.json'), 'utf8'));
	assert.deepEqual(
		places.map(({name}: {readonly name: string}) => name),
		['strict'],
		'should it get another address, this one is asked too',
	);
	const {folder} = await mustHaveRunSix(home, server);
	const written = await readFile(join(folder, 'journal.jsonl'), 'utf8');
	assert.ok(!`${stdout}${stderr}${written}`.includes(testKeys.secretAccessKey));
});
