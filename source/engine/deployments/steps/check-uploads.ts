import {formatBytes} from '../../host/format-bytes.js';
import type {Step} from '../../jobs/step.js';
import {countSteps} from '../../jobs/step-marks.js';
import {walkUploads} from '../../templates/walk-uploads.js';
import type {DeploymentRun} from '../deployment-run.js';
import {PlanError} from '../plan-error.js';

/**
Looks at all that will be uploaded once more, before anything costs money: since it was planned, or since an earlier process died, it
may have changed.
*/
export const checkUploads: Step<DeploymentRun> = {
	name: 'check-uploads',
	async do({deployment: {roles}, journal, say}) {
		// What runs already is not given up for this; the upload itself says what is wrong.
		if (countSteps(journal.records, 'reserve') > 0) {
			return;
		}

		const walks = await walkUploads(roles);
		const faults = walks.flatMap(({findings}) => findings.filter(({level}) => level === 'fault'));
		if (faults.length > 0) {
			throw new PlanError(
				`What is to be uploaded is not all there: ${faults.map(({text}) => text).join('; ')}.`,
				'Put it there or mend the template, then deploy again. Nothing was reserved.',
			);
		}

		for (const [index, {role, files, bytes, modifiedAt}] of walks.entries()) {
			const planned = roles[index]?.inputs;
			if (planned && (planned.files !== files || planned.bytes !== bytes || planned.modifiedAt !== modifiedAt)) {
				const amount = (of: {readonly files: number; readonly bytes: number}) =>
					`${of.files} file${of.files === 1 ? '' : 's'} of ${formatBytes(of.bytes)}`;
				await say(
					'warning',
					`What ${role} uploads has changed since it was planned: ${amount(planned)} then, ${amount({files, bytes})} now. It goes as it is now.`,
					{role},
				);
			}
		}
	},
};
