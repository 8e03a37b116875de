import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {readDeployment} from '../engine/deployments/deployment-file.js';
import {provenance} from '../engine/deployments/provenance.js';
import {readSums} from '../engine/deployments/sums-file.js';
import {jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {findJob} from './job-folders.js';

/** What was run, for a paper or a doubt. */
export function provenanceActions({paths}: Pick<ActionContext, 'paths'>): Pick<D2cm, 'provenance'> {
	return {
		async provenance(id) {
			const {kind, folder} = await findJob(paths, id);
			if (kind !== 'deployment') {
				throw new UnknownJobError(id);
			}

			const {records} = await readJournal(jobPaths(folder).journal);
			return provenance(await readDeployment(folder), records, {
				exitCode: output => exitCode(join(folder, output, 'code')),
				sums: await readSums(join(folder, 'SHA256SUMS')),
				now: new Date(),
			});
		},
	};
}

function exitCode(file: string): number | undefined {
	try {
		return Number(readFileSync(file, 'utf8').trim());
	} catch {
		return undefined; // It was not begun, or vanished.
	}
}
