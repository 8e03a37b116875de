import assert from 'node:assert/strict';
import test from 'node:test';
import type {ActionContext} from '../../source/actions/action-context.js';
import {UnknownNameError} from '../../source/actions/errors/unknown-name-error.js';
import {workOnDeployment} from '../../source/actions/work-on-deployment.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {AppError} from '../../source/engine/errors/app-error.js';
import type {Journal} from '../../source/engine/jobs/journal.js';
import {memoryJournal} from '../helpers/memory-journal.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const withoutCloud = {
	cloud: async (name: string) => {
		throw new UnknownNameError('cloud', name, []);
	},
} as unknown as ActionContext;

async function failure(folder: string, journal: Journal): Promise<unknown> {
	const definition = sampleDeployment();
	await writeDeployment(folder, definition);
	const {signal} = new AbortController();
	const run = {journal, fence: async () => undefined, cancel: signal, finish: signal};
	return workOnDeployment(withoutCloud, {kind: 'deployment', folder, definition}, run).then(
		() => undefined,
		(error: unknown) => error,
	);
}

test('a deployment that cannot be wired before it began just fails', async t => {
	const error = await failure(await temporaryFolder(t), memoryJournal());
	assert.ok(error instanceof AppError);
});

test('a deployment whose cloud is not defined any more is not ended, since its instances may run', async t => {
	const journal = memoryJournal();
	await journal.append({kind: 'state', state: 'LAUNCHING_INSTANCES'});
	const error = await failure(await temporaryFolder(t), journal);
	assert.ok(error instanceof Error && !(error instanceof AppError));
	assert.equal(
		journal.records.some(({kind}) => kind === 'end'),
		false,
	);
});
