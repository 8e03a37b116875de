import assert from 'node:assert/strict';
import {mkdir, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {mustHaveRoom} from '../../source/actions/must-have-room.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {NotEnoughDiskError} from '../../source/engine/host/not-enough-disk-error.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const request = {template: 'pair', cloud: 'local', problemSize: 7};

test('a run is refused before it costs anything when what the last one brought home has no room any more', async t => {
	const home = await homeWithTemplate(t);
	const d2cm = await openD2cm(home);
	const {deployment} = await d2cm.planDeployment(request);
	const folder = join(d2cm.home, 'deployments', 'pair', deployment.id);
	await writeDeployment(folder, deployment);
	const marks = [
		{kind: 'step', step: 'reserve', subject: 'Master', mark: 'started', at: '2026-11-22T10:00:00.000Z'},
		{kind: 'step', step: 'terminate-instances', mark: 'finished', at: '2026-11-22T12:00:00.000Z'},
		{kind: 'end', state: 'COMPLETED', at: '2026-11-22T12:00:01.000Z'},
	];
	const journal = marks.map((mark, index) => `${JSON.stringify({...mark, seq: index + 1})}\n`).join('');
	await writeFile(join(folder, 'journal.jsonl'), journal);
	await d2cm.planDeployment(request);

	const result = join(folder, 'Master', 'i-00000001', 'root');
	await mkdir(result, {recursive: true});
	await writeFile(join(result, 'out'), '');
	await truncate(join(result, 'out'), 8 * 2 ** 40);

	await assert.rejects(d2cm.planDeployment(request), (error: Error) => {
		assert.ok(error instanceof NotEnoughDiskError);
		assert.match(error.message, /the last run brought 8\.\d TiB of results/);
		return true;
	});
	await d2cm.planDeployment({...request, problemSize: 8});
});

test('there is room for a first run where anything at all is free', async t => {
	const folder = await temporaryFolder(t);
	await mustHaveRoom(folder);
	await assert.rejects(mustHaveRoom(folder, 2 ** 53), NotEnoughDiskError);
});
