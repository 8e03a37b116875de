import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {hostKeyAnswers} from '../../source/engine/deployments/host-key/answer-host-keys.js';
import {openJournal} from '../../source/store/journal-file.js';
import {jobPaths} from '../../source/store/paths.js';
import {tryLock} from '../../source/store/process-lock.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

const nodes = ['slave-1', 'slave-2', 'slave-3'];
const shown = (node: string) => ({node, fingerprint: `SHA256:${node}`});

/** A deployment that is at work, and waits for a word on three host keys. */
async function waiting(t: TestContext) {
	const home = await homeWithTemplate(t);
	const deployment = sampleDeployment();
	const folder = join(home, 'deployments', deployment.template, deployment.id);
	await mkdir(folder, {recursive: true});
	await writeDeployment(folder, deployment);
	const journal = await openJournal(jobPaths(folder).journal);
	t.after(() => journal.close());
	await journal.append({kind: 'state', state: 'LAUNCHING_INSTANCES'});
	for (const node of nodes) {
		const {fingerprint} = shown(node);
		const data = {node, instance: `i-${node}`, fingerprint, expected: 'SHA256:made'};
		await journal.append({
			kind: 'step',
			step: 'host-key-shown',
			subject: `${node} ${fingerprint}`,
			mark: 'finished',
			data,
		});
	}

	const lock = await tryLock(jobPaths(folder).lock);
	t.after(() => lock?.release());
	return {home, id: deployment.id, folder, journal};
}

test('status says in words that a deployment waits for the user, and no more once that is said', async t => {
	const {home, id} = await waiting(t);
	const words = new RegExp(`LAUNCHING_INSTANCES, waits for your word on 3 host keys: d2cm host-key list ${id}$`, 'm');
	assert.match((await callHere(home, ['status'])).stdout, words);
	assert.match((await callHere(home, ['status', id])).stdout, words);
	const d2cm = await openD2cm(home);
	await d2cm.answerHostKeys(id, nodes.slice(1).map(shown), 'accept');
	assert.match((await callHere(home, ['status'])).stdout, /your word on 1 host key:/);
	await d2cm.answerHostKeys(id, [shown('slave-1')], 'refuse');
	assert.match((await callHere(home, ['status'])).stdout, /LAUNCHING_INSTANCES, running$/m);
});

test('host keys are listed whole, and accepted all at once by who has seen them', async t => {
	const {home, id, folder} = await waiting(t);
	const list = await callHere(home, ['host-key', 'list', id]);
	assert.match(list.stdout, /^NODE +INSTANCE +SHOWS +MADE FOR IT\nslave-1 +i-slave-1 +SHA256:slave-1 +SHA256:made$/m);
	const [{openHostKeys} = {}] = (await (await openD2cm(home)).jobs()) as readonly JobSummary[];
	const told = await callHere(home, ['host-key', 'list', id, '--json']);
	assert.deepEqual(JSON.parse(told.stdout), openHostKeys);

	const unseen = await callHere(home, ['host-key', 'accept', id, '--all']);
	assert.equal(unseen.status, 3);
	assert.match(unseen.stderr, /not agreed to, so none was accepted/);
	const no = await callHere(home, ['host-key', 'accept', id, '--all'], undefined, {isTerminal: true});
	assert.equal(no.status, 130);
	assert.match(no.stdout, /slave-3 .*\nasked: Accept all 3\?$/);
	assert.equal((await hostKeyAnswers(folder))(shown('slave-1')), undefined);

	const yes = await callHere(home, ['host-key', 'accept', id, '--all'], undefined, {isTerminal: true, isAgreed: true});
	assert.match(yes.stdout, /3 instances are taken for what they are\./);
	const answerTo = await hostKeyAnswers(folder);
	assert.deepEqual(
		nodes.map(node => answerTo(shown(node))),
		['accept', 'accept', 'accept'],
	);
	assert.match(
		(await callHere(home, ['host-key', 'accept', id, '--all', '--yes'])).stdout,
		/^No host key of \S+ waits for your word\.$/,
	);
});

test('host keys are refused one by one or all at once; one that nobody showed is neither accepted nor refused', async t => {
	const {home, id, folder} = await waiting(t);
	const one = await callHere(home, ['host-key', 'refuse', id, 'slave-2', 'SHA256:slave-2']);
	assert.match(one.stdout, /^slave-2: refused\. The deployment ends\.$/);
	assert.deepEqual(JSON.parse((await callHere(home, ['host-key', 'refuse', id, '--all', '--json'])).stdout), {
		id,
		refused: [shown('slave-1'), shown('slave-3')],
	});
	const answerTo = await hostKeyAnswers(folder);
	assert.deepEqual(
		nodes.map(node => answerTo(shown(node))),
		['refuse', 'refuse', 'refuse'],
	);
	for (const answer of ['accept', 'refuse']) {
		const strange = await callHere(home, ['host-key', answer, id, 'slave-2', 'SHA256:else']);
		assert.match(strange.stderr, /no host key that was asked about named slave-2 SHA256:else/);
		assert.equal((await callHere(home, ['host-key', answer, id])).status, 2);
		assert.equal((await callHere(home, ['host-key', answer, id, 'slave-2', '--all'])).status, 2);
	}
});
