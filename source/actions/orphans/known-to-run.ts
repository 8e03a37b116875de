import {readDeployment} from '../../engine/deployments/deployment-file.js';
import {hadInstances} from '../../engine/deployments/had-instances.js';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {isFinished} from '../../engine/jobs/step-marks.js';
import {jobPaths} from '../../store/paths.js';
import {readJournal} from '../../store/read-journal.js';
import type {JobSummary, Orphans} from '../d2cm.js';

type MayRun = Orphans['mayRun'][number];

/** What may still run by the journals of deployments that no process looks after, where no cloud says how it is. */
export async function knownToRun(jobs: readonly JobSummary[]): Promise<readonly MayRun[]> {
	const abandoned = jobs.filter(({kind, alive}) => kind === 'deployment' && !alive);
	return (await Promise.all(abandoned.map(ofJob))).flat();
}

async function ofJob({id: job, title, cloud, folder, end}: JobSummary): Promise<readonly MayRun[]> {
	const base = {cloud, job, launchKey: title};
	if (end) {
		return (end.remaining ?? []).map(what => ({...base, what}));
	}

	const {records} = await readJournal(jobPaths(folder).journal);
	const roles = await readDeployment(folder).then(
		deployment => deployment.roles,
		() => undefined,
	);
	if (roles === undefined) {
		return records.some(({kind}) => kind === 'step')
			? [{...base, what: 'whatever it has started; its deployment.json cannot be read'}]
			: [];
	}

	return [
		...hadInstances(roles, records)
			.filter(({until}) => until === undefined)
			.map(({instanceId, role, from}) => ({
				...base,
				id: instanceId,
				what: `${role.instanceType} of role ${role.name}`,
				since: from,
			})),
		...begun(records).map(({subject, at}) => ({
			...base,
			what: `perhaps instances of role ${subject}, whose reservation was under way`,
			since: at,
		})),
	];
}

/** Reservations of which nobody knows what came of them. */
const begun = (records: readonly JournalRecord[]) =>
	records.flatMap(record =>
		record.kind === 'step' &&
		record.step === 'reserve' &&
		record.mark === 'started' &&
		record.subject !== undefined &&
		!isFinished(records, 'reserve', record.subject)
			? {subject: record.subject, at: record.at}
			: [],
	);
