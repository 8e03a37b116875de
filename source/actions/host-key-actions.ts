import {answerHostKeys, hostKeyName} from '../engine/deployments/host-key/answer-host-keys.js';
import {hostKeyShown} from '../engine/deployments/host-key/open-host-keys.js';
import {jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {findJob} from './job-folders.js';

/** The user's word on host keys that nobody else knows of. */
export function hostKeyActions({
	paths,
	changed,
}: Pick<ActionContext, 'paths' | 'changed'>): Pick<D2cm, 'answerHostKeys'> {
	return {
		async answerHostKeys(id, keys, answer) {
			const {folder} = await findJob(paths, id);
			const {records} = await readJournal(jobPaths(folder).journal);
			const shown = new Set(
				records.flatMap(record =>
					record.kind === 'step' && record.step === hostKeyShown ? (record.subject ?? '') : [],
				),
			);
			const unknown = keys.map(hostKeyName).find(name => !shown.has(name));
			if (unknown !== undefined) {
				throw new UnknownNameError('host key that was asked about', unknown, [...shown]);
			}

			await answerHostKeys(folder, keys, answer);
			changed();
		},
	};
}
