import {openStore} from '../store/open-store.js';
import {homePaths, resolveHome} from '../store/paths.js';
import type {ActionContext} from './action-context.js';
import {readProxyPasswords} from './job-environment.js';
import {findJob, type JobDefinition} from './job-folders.js';
import {openCloud} from './open-cloud.js';
import {type JobRun, runJob} from './run-job.js';

/**
What the process of a job does. Another one that works on it already is as good.

@param silent The last beat of one on another host that was watched for a whole lease.
*/
export async function workOnJob(id: string, silent?: string): Promise<void> {
	const paths = homePaths(resolveHome());
	await readProxyPasswords(paths.home);
	const job: JobDefinition = await findJob(paths, id);
	const store = await openStore(paths.home);
	const context: ActionContext = {
		paths,
		store,
		cloud: async name => openCloud(name, store.data(), paths),
		changed: () => undefined,
	};
	const work = async (run: JobRun) => {
		if (job.kind === 'deployment') {
			const {workOnDeployment} = await import('./work-on-deployment.js');
			await workOnDeployment(context, job, run);
		} else {
			const {workOnMigration} = await import('./work-on-migration.js');
			await workOnMigration(context, job, run);
		}
	};

	await runJob(job.folder, work, {silent});
}
