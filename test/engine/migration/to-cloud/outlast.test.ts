import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CloudRefusedError} from '../../../../source/engine/cloud/ec2/errors/cloud-refused-error.js';
import {CloudUnreachableError} from '../../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {outlast} from '../../../../source/engine/migration/to-cloud/outlast.js';
import {hastyClock} from '../../../helpers/ebs-upload.js';
import {memoryJournal} from '../../../helpers/memory-journal.js';

function trial() {
	const journal = memoryJournal();
	const {signal} = new AbortController();
	const say = async (message: string) => journal.append({kind: 'event', level: 'warning', message});
	return {journal, signal, say, clock: hastyClock};
}

const away = () => new CloudUnreachableError('ebs:PutSnapshotBlock', 'does not answer');

test('a cloud that never comes back is waited for sixty times', async () => {
	const context = trial();
	let tries = 0;
	const work = async () => {
		tries++;
		// Looked at again, which is no step further.
		await context.journal.append({kind: 'progress', task: 'Uploading', done: 5, total: 9, unit: 'bytes'});
		throw away();
	};
	await assert.rejects(outlast(context, work), CloudUnreachableError);
	assert.equal(tries, 60);
});

test('as long as it gets further, it has all the tries again', async () => {
	const context = trial();
	let done = 0;
	const work = async () => {
		await context.journal.append({kind: 'progress', task: 'Uploading', done: ++done, total: 200, unit: 'bytes'});
		if (done < 200) {
			throw away();
		}

		return 'there';
	};
	assert.equal(await outlast(context, work), 'there');
});

test('an answer of the cloud is not waited for', async () => {
	const context = trial();
	let tries = 0;
	const work = async () => {
		tries++;
		throw new CloudRefusedError('Strange', 'No.');
	};
	await assert.rejects(outlast(context, work), CloudRefusedError);
	assert.equal(tries, 1);
});
