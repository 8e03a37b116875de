import type {Running} from './capacity.js';
import {findProcess, residentMib} from './find-process.js';
import type {InstanceFacts} from './instance-record.js';

/** What instances take of this machine: those that run, and those that are about to. */
export async function readRunning(all: readonly InstanceFacts[]): Promise<readonly Running[]> {
	const running: Running[] = [];
	for (const {record, folder, started, ended, terminating} of all) {
		const pid = ended ? undefined : await findProcess(folder);
		const comes = !started && !ended && !terminating;
		if (pid !== undefined || comes) {
			const {vcpus, memoryMib} = record;
			const resident = pid === undefined ? 0 : await residentMib(pid);
			running.push({vcpus, memoryMib, residentMib: resident, ...(pid !== undefined && {pid})});
		}
	}

	return running;
}
