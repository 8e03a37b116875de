import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {testKeys} from '../helpers/ec2-server/ec2-server.js';
import {motoLacks} from '../helpers/moto-front.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {motoSix, type SixCloud, strictSix} from '../helpers/six-clouds.js';
import {mustHaveRunSix, sixHome} from '../helpers/six-home.js';

const what = 'd2cm deploy runs 3 roles with 6 instances, brings the results home and leaves nothing';

test(`${what}, on the strict server`, async t => {
	await deploySix(await strictSix(t));
});

test(`${what}, on moto`, async t => {
	for (const lack of motoLacks) {
		t.diagnostic(`moto lacks: ${lack}`);
	}

	await deploySix(await motoSix(t));
});

async function deploySix(cloud: SixCloud): Promise<void> {
	const home = await sixHome(cloud);
	// The other two roles get the smallest type that their AMI starts on.
	const words = ['deploy', 'six', '--cloud', cloud.name, '--size', '42', '--type', 'Master=m5.large'];
	const agreed = ['--yes', '--unknown-price'];
	const {status, stdout, stderr} = await runD2cm(home, ...words, ...agreed);
	assert.equal(status, 0, `${stdout}${stderr}`);
	const {places} = JSON.parse(await readFile(join(home, 'db.json'), 'utf8'));
	assert.deepEqual(
		places.map(({name}: {readonly name: string}) => name),
		[cloud.name],
		'should it get another address, this one is asked too',
	);
	const {folder} = await mustHaveRunSix(home, cloud, cloud.smallest);
	const written = await readFile(join(folder, 'journal.jsonl'), 'utf8');
	assert.ok(!`${stdout}${stderr}${written}`.includes(testKeys.secretAccessKey));
}
