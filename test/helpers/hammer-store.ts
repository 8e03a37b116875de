// Adds kernels to the database at argv[2], argv[4] of them, named after argv[3], one update each.
import {LockBusyError} from '../../source/store/lock-errors.js';
import {openStore} from '../../source/store/open-store.js';

const [, , home = '', name = '', count = '0'] = process.argv;

/** On a machine with much to do, one of many can come too late again and again. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof LockBusyError) {
			return patiently(work);
		}

		throw error;
	}
}

const store = await patiently(async () => openStore(home));
process.stdout.write('open\n');
for (let index = 0; index < Number(count); index++) {
	await patiently(async () =>
		store.update(draft => {
			draft.kernels.push({
				id: `aki-${name}-${index}`,
				kind: 'kernel',
				cloud: 'local',
				name: '',
				architecture: '',
				recommendedRamdisk: '',
			});
		}),
	);
}
