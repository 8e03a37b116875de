import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {resumeStopped} from '../../source/actions/resume-stopped.js';
import {readDeployment} from '../../source/engine/deployments/deployment-file.js';
import {ended} from '../helpers/child.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {startD2cm} from '../helpers/run-d2cm.js';

test('killed at whatever point of starting it, a deployment is one that was not started or a job to resume, never half of both', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const made = await d2cm.keepDeployment({template: 'pair', cloud: 'local', problemSize: 7});
	const places: ReadonlyArray<(folder: string) => Promise<unknown>> = [
		async () => sleep(50),
		async () => sleep(300),
		async () => sleep(600),
		async folder => until(() => existsSync(join(folder, 'deployment.json'))),
		async folder => until(() => existsSync(join(folder, 'deployment.json')) && !existsSync(join(folder, 'unrun.json'))),
		async folder => until(() => existsSync(join(folder, 'job.log'))),
	];
	const struck = [];
	for (const place of places) {
		const {id, folder} = await d2cm.keepDeployment({template: 'pair', cloud: 'local', problemSize: 7});
		const child = startD2cm(d2cm.home, ['start', id, '--yes', '--detach']);
		await place(folder);
		child.kill('SIGKILL');
		await ended(child);
		const {isUnrun = false} = await d2cm.job(id);
		const names = await readdir(folder);
		assert.equal(names.includes('deployment.json'), !isUnrun, names.join());
		assert.ok(!isUnrun || names.every(name => name.startsWith('unrun.json')), names.join());
		if (!isUnrun) assert.equal((await readDeployment(folder)).id, id);
		struck.push({id, isUnrun});
	}

	assert.ok(struck.some(({isUnrun}) => isUnrun) && struck.some(({isUnrun}) => !isUnrun));
	const {failed} = await resumeStopped(d2cm);
	assert.deepEqual(failed, []);
	const begun = struck.filter(({isUnrun}) => !isUnrun).map(({id}) => id);
	for (const id of begun) {
		await d2cm.cancelJob(id);
		await until(async () => (await d2cm.job(id)).end !== undefined);
	}

	const unrun = [made, ...struck.filter(({isUnrun}) => isUnrun)].map(({id}) => id);
	assert.deepEqual(
		(await d2cm.jobs()).flatMap(({id, isUnrun}) => (isUnrun ? [id] : [])),
		unrun,
	);
	assert.deepEqual(
		d2cm
			.database()
			.deployments.map(({id}) => id)
			.toSorted(),
		begun.toSorted(),
	);
	for (const id of unrun) assert.equal((await d2cm.planStart(id)).deployment.id, id);
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 20_000; tries += 1) {
		if (await isSo()) return;
		await sleep(2);
	}

	throw new Error('It did not come to that.');
}
