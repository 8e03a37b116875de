import type {D2cm, JobSummary} from '../actions/d2cm.js';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {eventLine} from './event-line.js';
import {JobStoppedError} from './job-stopped-error.js';
import type {Output} from './output.js';
import {progressFilter} from './progress-filter.js';

type EndRecord = Extract<JournalRecord, {kind: 'end'}>;

const lookEveryMs = 700;

/**
Prints what happens in a job until its end, and returns the exit status that tells how it ended: 0 COMPLETED, 3 FAILED,
130 CANCELLED. Ctrl-C only stops looking: then 0, since the job goes on.

@throws {JobStoppedError}
*/
export async function followToEnd(
	d2cm: D2cm,
	id: string,
	{output, json}: {readonly output: Output; readonly json: boolean},
): Promise<number> {
	const isWorthALine = progressFilter();
	const ended = Promise.withResolvers<EndRecord | 'interrupted'>();
	const stop = d2cm.followJob(id, record => {
		if (json) {
			output.printJson(record);
		} else if (isWorthALine(record)) {
			const line = eventLine(record);
			if (line !== undefined) {
				output.print(line);
			}
		}

		if (record.kind === 'end') {
			ended.resolve(record);
		}
	});
	const interrupt = () => ended.resolve('interrupted');
	process.once('SIGINT', interrupt);
	const watch = watchLife(d2cm, id, ended.reject);
	try {
		const end = await ended.promise;
		if (end === 'interrupted') {
			const how = howToEnd(await d2cm.job(id));
			output.remark(['', `Job ${id} goes on by itself. See it again: d2cm events ${id} --follow. End it: ${how}.`]);
			return 0;
		}

		return {COMPLETED: 0, FAILED: 3, CANCELLED: 130}[end.state];
	} finally {
		stop();
		watch.stop();
		process.off('SIGINT', interrupt);
	}
}

/** The commands that end a job, in words. */
export const howToEnd = ({id, kind}: Pick<JobSummary, 'id' | 'kind'>): string =>
	`${kind === 'deployment' ? `d2cm finish ${id} (results first) or ` : ''}d2cm cancel ${id}`;

/** Seen dead twice in a row, a job does not go on. */
function watchLife(d2cm: D2cm, id: string, giveUp: (error: unknown) => void): {stop(): void} {
	let deaths = 0;
	const look = async () => {
		const {alive, end, folder} = await d2cm.job(id);
		deaths = alive || end ? 0 : deaths + 1;
		if (deaths >= 2) {
			giveUp(new JobStoppedError(id, folder));
		}
	};

	const timer = setInterval(() => void look().catch(giveUp), lookEveryMs);
	return {stop: () => clearInterval(timer)};
}
