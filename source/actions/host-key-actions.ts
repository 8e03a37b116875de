import {acceptHostKey} from '../engine/deployments/host-key/accepted-host-keys.js';
import {hostKeyShown} from '../engine/deployments/host-key/open-host-keys.js';
import {jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {findJob} from './job-folders.js';

/** The user's word on host keys that nobody else knows of. */
export function hostKeyActions({paths}: Pick<ActionContext, 'paths'>): Pick<D2cm, 'acceptHostKey'> {
	return {
		async acceptHostKey(id, node, fingerprint) {
			const {folder} = await findJob(paths, id);
			const {records} = await readJournal(jobPaths(folder).journal);
			const shown = records.flatMap(record =>
				record.kind === 'step' && record.step === hostKeyShown ? (record.subject ?? '') : [],
			);
			if (!shown.includes(`${node} ${fingerprint}`)) {
				throw new UnknownNameError('host key that was asked about', `${node} ${fingerprint}`, shown);
			}

			await acceptHostKey(folder, node, fingerprint);
		},
	};
}
