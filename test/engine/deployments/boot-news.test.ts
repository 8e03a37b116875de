import assert from 'node:assert/strict';
import {test} from 'node:test';
import {BootNews} from '../../../source/engine/deployments/boot-news.js';
import {defaultTiming} from '../../../source/engine/deployments/deployment-context.js';
import type {DeployedNode} from '../../../source/engine/deployments/node.js';
import {memoryJournal} from '../../helpers/memory-journal.js';

const consoles: Readonly<Record<string, string>> = {
	'i-1': 'Loading Linux\r\n\u001B[0;32mStarting \u001B[1mOpenSSH\u001B[0m server...\r\n\n',
	'i-2': '',
};

test('a long boot says how long it has taken and what the consoles show, in one line that replaces itself', async () => {
	let now = 0;
	const asked: string[] = [];
	const journal = memoryJournal();
	const nodes = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map(
		(instanceId, index) => ({name: `slave-${index + 1}`, instanceId}) as DeployedNode,
	);
	const news = new BootNews({
		clock: {now: () => new Date(now), sleep: async () => new Promise(() => undefined)},
		timing: defaultTiming,
		journal,
		nodes: () => nodes,
		cloud: {
			consoleOutput: async (id: string) => {
				asked.push(id);
				const output = consoles[id];
				if (output === undefined) throw new Error('not now');
				return output;
			},
		},
	} as unknown as ConstructorParameters<typeof BootNews>[0]);

	await news.tell(nodes);
	now = 19_000;
	await news.tell(nodes);
	assert.equal(journal.records.length, 0);
	now = 20_000;
	await news.tell(nodes.slice(0, 4));
	now = 21_000;
	await news.tell(nodes.slice(0, 4));
	const [record, ...more] = journal.records;
	assert.equal(more.length, 0);
	assert.ok(record?.kind === 'progress');
	assert.deepEqual([record.task, record.done, record.total], ['boot', 1, 5]);
	assert.equal(
		record.note,
		'20 s so far; slave-1: Starting OpenSSH server...; slave-2: nothing on its console yet; slave-3: nothing on its console yet; and 1 more',
	);
	assert.deepEqual(asked, ['i-1', 'i-2', 'i-3']);
});
