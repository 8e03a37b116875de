// Adds kernels to the database at argv[2], argv[4] of them, named after argv[3], one update each.
import {openStore} from '../../source/store/open-store.js';

const [, , home = '', name = '', count = '0'] = process.argv;
const store = await openStore(home);
process.stdout.write('open\n');
for (let index = 0; index < Number(count); index++) {
	await store.update(draft => {
		draft.kernels.push({
			id: `aki-${name}-${index}`,
			kind: 'kernel',
			cloud: 'local',
			name: '',
			architecture: '',
			recommendedRamdisk: '',
		});
	});
}
