import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {resumedWords, resumeStopped} from '../../source/actions/resume-stopped.js';
import {fakeJobs} from '../helpers/fake-data.js';

test('every job whose process died is taken up, also after one that cannot be, and each is told of', async () => {
	const [example] = fakeJobs() as [JobSummary];
	const {end: _end, ...unended} = {...example, kind: 'deployment' as const};
	const job = (title: string, more: Partial<JobSummary>): JobSummary => ({...unended, id: title, title, ...more});
	const jobs = [
		job('pi.RUNS', {alive: true}),
		job('pi.ENDED', {alive: false, end: {state: 'COMPLETED'}}),
		job('pi.REAPED', {alive: false}),
		job('pi.DIED', {alive: false}),
		job('worker', {alive: false, kind: 'migration'}),
	];
	const done = await resumeStopped({
		jobs: async () => jobs,
		async resumeJob(id) {
			if (id === 'pi.REAPED') throw new Error('What it has left is just being removed.');
			return job(id, {alive: true, kind: id === 'worker' ? 'migration' : 'deployment'});
		},
	});
	assert.deepEqual(resumedWords(done), [
		'pi.DIED was interrupted, and goes on now.',
		'The migration of worker was interrupted, and goes on now.',
		'pi.REAPED was interrupted, and could not be resumed: What it has left is just being removed.',
	]);
});
