import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {Cloud} from '../../../../source/engine/cloud/cloud.js';
import {answerHostKeys} from '../../../../source/engine/deployments/host-key/answer-host-keys.js';
import {runDeployment} from '../../../../source/engine/deployments/run-deployment.js';
import type {JournalRecord} from '../../../../source/engine/jobs/journal.js';
import {fingerprintOf} from '../../../../source/engine/ssh/fingerprint-of.js';
import {makeKeyPair} from '../../../../source/engine/ssh/make-key-pair.js';
import {memoryJournal} from '../../../helpers/memory-journal.js';
import type {SshdCloud} from '../../../helpers/sshd-cloud.js';
import {sshdContext, sshdDeployment, sshdRoot} from '../../../helpers/sshd-deployment.js';

/** Instances that make host keys of their own, as those of an AMI do that nobody has prepared. */
function unprepared(cloud: SshdCloud, told: string | undefined): Cloud {
	return {
		...cloud,
		reserve: async request => cloud.reserve({...request, userData: '#cloud-config\ndisable_root: false\n'}),
		consoleOutput: async id => told ?? cloud.consoleOutput(id),
	};
}

const block = (...keys: readonly string[]) =>
	['-----BEGIN SSH HOST KEY KEYS-----', ...keys, '-----END SSH HOST KEY KEYS-----\n'].join('\n');
const lines = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'event' ? [`${record.message} ${record.hint ?? ''}`] : []));

type Circumstances = {
	/** By every console, in the place of what the instance writes there. */
	readonly told?: string;
	readonly onEvent?: (line: string, folder: string) => void;
};

async function run(t: TestContext, {told, onEvent}: Circumstances = {}) {
	const root = await sshdRoot(t);
	const deployment = sshdDeployment(root);
	const folder = join(root, 'job');
	const journal = memoryJournal([], {
		async beforeAppend(_, entry) {
			if (entry.kind === 'event') {
				onEvent?.(`${entry.message} ${entry.hint ?? ''}`, folder);
			}
		},
	});
	const context = sshdContext(root, deployment, journal);
	const cloud = unprepared(context.cloud as SshdCloud, told);
	const state = await runDeployment({...context, cloud, timing: {...context.timing, bootNewsMs: 200}});
	return {state, folder, lines: lines(journal.records), cloud: context.cloud as SshdCloud};
}

test('a host key of an instance’s own is pinned when its console shows the same, also between the instances', async t => {
	const {state, folder, lines: said} = await run(t);
	assert.equal(state, 'COMPLETED', said.join('\n'));
	assert.equal(said.filter(line => /has the host key SHA256:\S+, which its console shows too/.test(line)).length, 2);
	assert.doesNotMatch(said.join('\n'), /accept/);
	const known = (await readFile(join(folder, 'known_hosts'), 'utf8')).trim().split('\n');
	const pinned = said.flatMap(text => /has the host key (SHA256:\S+),/.exec(text)?.[1] ?? []);
	// They have ECDSA keys, too, which they have shown to nobody.
	assert.deepEqual(
		known.map(entry => fingerprintOf(entry.split(' ').slice(1).join(' '))).toSorted(),
		pinned.toSorted(),
	);
});

test('where the console is silent the user is asked, with both fingerprints, and nothing is done before the answer', async t => {
	const asked: string[] = [];
	const {state, lines: said} = await run(t, {
		told: 'GRUB loading',
		onEvent(line, folder) {
			const [, node, fingerprint] = /d2cm host-key accept SSHD01 (\S+) (SHA256:\S+)/.exec(line) ?? [];
			if (node !== undefined && fingerprint !== undefined) {
				asked.push(line);
				setTimeout(() => void answerHostKeys(folder, [{node, fingerprint}], 'accept'), 300);
			}
		},
	});
	assert.equal(state, 'COMPLETED', said.join('\n'));
	assert.equal(asked.length, 2);
	assert.match(asked[0] ?? '', /shows the host key (SHA256:\S+), not (?!\1)SHA256:\S+, which was made for it/);
	assert.equal(said.filter(line => line.includes('accepted by the user')).length, 2);
});

test('a key that the console knows nothing of ends the deployment, and is never asked about; nobody has logged in', async t => {
	const {state, lines: said, cloud} = await run(t, {told: block(makeKeyPair('another').publicKey)});
	assert.equal(state, 'FAILED');
	assert.match(said.join('\n'), /does not have the host key of (master|slave)-1, but SHA256:/);
	assert.equal(
		said.some(line => line.includes('host-key accept')),
		false,
	);
	assert.deepEqual(cloud.liveInstances(), []);
});
