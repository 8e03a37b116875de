import {systemClock} from '../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../source/engine/migration/migrate-to-local.js';
import {memoryJournal} from './memory-journal.js';

// Migrates VDI in FOLDER and kills itself, as `kill -9` would, right after the nth record of its journal.
const [vdi = '', folder = '', nth = '0'] = process.argv.slice(2);
await migrateToLocal({
	migration: {id: 'mig-0123abcd', image: 'worker', file: vdi, cloud: 'local', installation: 'here', createdAt: ''},
	workFolder: `${folder}/migrations/mig-0123abcd`,
	localFolder: `${folder}/local`,
	journal: memoryJournal([], {
		async afterAppend(seq) {
			if (seq === Number(nth)) {
				process.kill(process.pid, 'SIGKILL');
			}
		},
	}),
	signal: new AbortController().signal,
	clock: systemClock,
});
