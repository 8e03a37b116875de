import {isFinishing} from '../engine/deployments/finish.js';
import type {JournalRecord} from '../engine/jobs/journal.js';
import type {HomePaths} from '../store/paths.js';
import {jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import {listJobs} from './job-folders.js';
import {resultsIn} from './results-in.js';

export type LastRun = {
	/** From the first reservation to the end of the instances. */
	readonly hours: number;
	/** What it brought home. */
	readonly resultBytes: number;
};

/** Journals of the last few are looked at. */
const most = 5;

/** The last completed run of a template with this problem size on this cloud; undefined when there was none. */
export async function lastRun(
	paths: HomePaths,
	{
		template,
		cloud,
		problemSize,
	}: {readonly template: string; readonly cloud: string; readonly problemSize: number | undefined},
): Promise<LastRun | undefined> {
	const runs = (await listJobs(paths))
		.filter(job => job.kind === 'deployment')
		.filter(
			({definition}) =>
				definition.template === template && definition.cloud === cloud && definition.problemSize === problemSize,
		)
		.toSorted((left, right) => right.definition.createdAt.localeCompare(left.definition.createdAt))
		.slice(0, most);
	for (const {folder, definition} of runs) {
		const hours = await readJournal(jobPaths(folder).journal).then(
			({records}) => runHours(records),
			() => undefined,
		);
		if (hours !== undefined) {
			const results = await resultsIn(folder, definition);
			return {hours, resultBytes: results.reduce((sum, {bytes}) => sum + bytes, 0)};
		}
	}

	return undefined;
}

function runHours(records: readonly JournalRecord[]): number | undefined {
	const at = (step: string, mark: string) =>
		records.find(record => record.kind === 'step' && record.step === step && record.mark === mark)?.at;
	// One that the user ended early does not tell how long it would have taken.
	const isCompleted =
		!isFinishing(records) && records.some(record => record.kind === 'end' && record.state === 'COMPLETED');
	const [begun, ended] = [at('reserve', 'started'), at('terminate-instances', 'finished')];
	return isCompleted && begun && ended ? (Date.parse(ended) - Date.parse(begun)) / 3_600_000 : undefined;
}
