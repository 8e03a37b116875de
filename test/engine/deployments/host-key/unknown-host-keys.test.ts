import assert from 'node:assert/strict';
import {cpSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {answerHostKeys, hostKeyAnswers} from '../../../../source/engine/deployments/host-key/answer-host-keys.js';
import {OpenHostKeys} from '../../../../source/engine/deployments/host-key/open-host-keys.js';
import {runDeployment} from '../../../../source/engine/deployments/run-deployment.js';
import type {JournalRecord} from '../../../../source/engine/jobs/journal.js';
import {fingerprintOf} from '../../../../source/engine/ssh/fingerprint-of.js';
import {HostKeyError} from '../../../../source/engine/ssh/host-key-error.js';
import {keyType, makeEcdsaKeyPair, makeKeyPair} from '../../../../source/engine/ssh/make-key-pair.js';
import {FakeWorld, worldClock} from '../../../helpers/fake-world.js';
import {quickRsaKeyPair} from '../../../helpers/quick-rsa-key.js';
import {sampleDeployment} from '../../../helpers/sample-deployment.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

type Run = {
	/** As every instance shows it. */
	readonly shown: string;
	/** Their host key; an ed25519 one where it is left out. */
	readonly own?: string;
	readonly hostKeyLimitMs?: number;
	/** What the user does when he is asked about a node. */
	readonly onQuestion?: (folder: string, node: string, fingerprint: string) => Promise<void>;
};

/** A deployment whose instances have all made one host key of their own, and show it to whoever connects. */
async function run(
	t: TestContext,
	{shown, own = makeKeyPair('ip-10-0-0-1').publicKey, hostKeyLimitMs = 600 * 60_000, onQuestion}: Run,
) {
	const world = new FakeWorld();
	const folder = await temporaryFolder(t);
	const {cloud, connect, ...rest} = world.process();
	const records: JournalRecord[] = [];
	/** With which pinned keys each node was connected to in the end. */
	const logins: string[] = [];
	const state = await runDeployment({
		...rest,
		cloud: {...cloud, consoleOutput: async () => shown},
		async connect(target, signal) {
			if (!target.hostKeys.includes(own)) {
				throw new HostKeyError(target.name, `${target.host}:${target.port}`, own);
			}

			logins.push(target.name);
			return connect(target, signal);
		},
		deployment: sampleDeployment(),
		folder,
		journal: {
			records,
			async append(entry) {
				records.push({...entry, seq: records.length + 1, at: worldClock.now().toISOString()});
				if (entry.kind === 'step' && entry.step === 'host-key-shown') {
					await onQuestion?.(folder, String(entry.data?.node), String(entry.data?.fingerprint));
				}
			},
		},
		cancel: new AbortController().signal,
		timing: {hostKeyLimitMs},
	});
	const said = records.flatMap(record => (record.kind === 'event' ? [`${record.message} ${record.hint ?? ''}`] : []));
	const end = records.find(record => record.kind === 'end');
	return {state, own, logins, world, records, said, cause: end?.cause ?? '', nodes: ['master-1', 'slave-1', 'slave-2']};
}

test('who is asked about a host key is shown the one of that type that was made', async t => {
	const folder = await temporaryFolder(t);
	for (const own of [makeKeyPair('own'), makeEcdsaKeyPair('own'), await quickRsaKeyPair('own')]) {
		const {records, state} = await run(t, {
			shown: '',
			own: own.publicKey,
			async onQuestion(job, node, fingerprint) {
				cpSync(join(job, 'keys'), join(folder, 'keys'), {recursive: true});
				await accept(job, node, fingerprint);
			},
		});
		assert.equal(state, 'COMPLETED');
		const made = ['host', 'ecdsa', 'rsa'].map(type => readFileSync(join(folder, 'keys', `${type}-Master.pub`), 'utf8'));
		const expected = made.find(publicKey => keyType(publicKey) === keyType(own.publicKey));
		const asked = records.find(record => record.kind === 'step' && record.subject?.startsWith('master-1 '));
		assert.equal(asked?.kind === 'step' && asked.data?.expected, fingerprintOf(expected ?? ''));
	}
});

const accept = async (folder: string, node: string, fingerprint: string) =>
	answerHostKeys(folder, [{node, fingerprint}], 'accept');

const questions = (said: readonly string[]) =>
	said.flatMap(line => /d2cm host-key accept ABC123 (\S+ SHA256:\S+)/.exec(line)?.[1] ?? []);

test('a question about a host key that nobody answers ends the deployment when the time it names is over, and not before', async t => {
	const {state, own, said, logins, records, cause, world, nodes} = await run(t, {
		shown: '',
		hostKeyLimitMs: 12 * 60_000,
	});
	assert.equal(state, 'FAILED');
	assert.match(cause, /could not be reached by SSH within 720 s \(.*does not have the host key of master-1/);
	const asked = questions(said);
	assert.deepEqual(
		asked.toSorted(),
		nodes.map(node => `${node} ${fingerprintOf(own)}`),
		'each once',
	);
	assert.match(said.join('\n'), /Nothing is sent there until that is known, for at most 12 minutes\./);
	assert.deepEqual([logins, world.live], [[], []]);
	const at = (find: (record: JournalRecord) => boolean) => Date.parse(records.find(find)?.at ?? '');
	const begun = at(record => record.kind === 'step' && record.step === 'wait-for-boot' && record.mark === 'started');
	const over = at(record => record.kind === 'state' && record.state === 'SHUTTING_DOWN');
	assert.ok(over - begun >= 12 * 60_000, `${(over - begun) / 60_000} minutes`);
});

test('what the user accepts for one node is good for that node and that key alone', async t => {
	const folder = await temporaryFolder(t);
	const key = {node: 'slave-1', fingerprint: 'SHA256:own'};
	assert.equal((await hostKeyAnswers(folder))(key), undefined);
	await answerHostKeys(folder, [key, {node: 'slave-3', fingerprint: 'SHA256:third'}], 'accept');
	const answerTo = await hostKeyAnswers(folder);
	assert.deepEqual([answerTo(key), answerTo({node: 'slave-3', fingerprint: 'SHA256:third'})], ['accept', 'accept']);
	for (const [node, fingerprint] of [
		['slave-2', 'SHA256:own'],
		['slave-1', 'SHA256:other'],
		['slave-1', 'SHA256:ow'],
		['slave-11', 'SHA256:own'],
		['slave-3', 'SHA256:own'],
	] as const) {
		assert.equal(answerTo({node, fingerprint}), undefined, `${node} ${fingerprint}`);
	}
});

test('a host key that the user refuses ends the deployment, though another one is accepted; nobody has logged in there', async t => {
	const {state, cause, logins, world, records} = await run(t, {
		shown: '',
		onQuestion: async (folder, node, fingerprint) =>
			answerHostKeys(folder, [{node, fingerprint}], node === 'slave-2' ? 'refuse' : 'accept'),
	});
	assert.equal(state, 'FAILED');
	assert.match(cause, /^You refused the host key SHA256:\S+, which slave-2 shows\./);
	assert.equal(logins.includes('slave-2'), false);
	assert.deepEqual(world.live, []);
	const open = new OpenHostKeys();
	for (const record of records) open.take(record);
	assert.deepEqual(open.all, [], 'after its end nothing waits');
});

test('a host key that the user accepts is pinned, and the deployment goes on', async t => {
	const {state, own, said, records, logins, nodes} = await run(t, {shown: '', onQuestion: accept});
	assert.equal(state, 'COMPLETED', said.join('\n'));
	assert.deepEqual(new Set(logins), new Set(nodes));
	const pinned = records.flatMap(record =>
		record.kind === 'step' && record.step === 'host-key' && record.mark === 'finished' ? [record.data?.key] : [],
	);
	assert.deepEqual(pinned, [own, own, own]);
});

test('where our first-boot unit has installed our key, another one is refused at once, and nobody is asked', async t => {
	const shown = 'd2cm: this is instance i-00000001 with the host key SHA256:ours\nlogin: ';
	const {state, said, cause, logins, world} = await run(t, {shown});
	assert.equal(state, 'FAILED');
	assert.match(cause, /does not have the host key of (?:master|slave)-\d, but SHA256:/);
	assert.deepEqual(questions(said), []);
	assert.deepEqual([logins, world.live], [[], []]);
});
