import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {JobDigest} from '../../source/actions/job-digest.js';
import {holdStep} from '../../source/engine/deployments/hold-step.js';
import {openJournal} from '../../source/store/journal-file.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a deployment is held from when data are found missing until they are here', async t => {
	const file = join(await temporaryFolder(t), 'journal.jsonl');
	const journal = await openJournal(file);
	const digest = new JobDigest(file);
	const held: boolean[] = [];
	const look = async () => {
		await digest.update();
		held.push(digest.isHeld);
	};
	await journal.append({kind: 'state', state: 'COLLECTING_DATA'});
	await look();
	await journal.append({kind: 'step', step: holdStep, mark: 'started'});
	await look();
	await journal.append({kind: 'state', state: 'COLLECTING_DATA'});
	await look();
	await journal.append({kind: 'state', state: 'DATA_COLLECTED'});
	await look();
	assert.deepEqual(held, [false, true, true, false]);
	await journal.close();
});
