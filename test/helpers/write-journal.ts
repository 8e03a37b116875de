// Appends argv[3] events to the journal at argv[2], one every argv[4] milliseconds, then ends.
import {openJournal} from '../../source/store/journal-file.js';

const [, , path = '', count = '1', everyMs = '0'] = process.argv;
const journal = await openJournal(path);
for (let index = 0; index < Number(count); index++) {
	await journal.append({kind: 'event', level: 'info', message: `event ${journal.records.length + 1}`});
	process.stdout.write('.');
	await new Promise(resolve => setTimeout(resolve, Number(everyMs)));
}

await journal.close();
