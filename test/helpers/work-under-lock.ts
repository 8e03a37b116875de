// As host argv[3], takes the lock argv[2] whenever it can and puts its name at the end of the file argv[4], again and again, each time
// right after it has made sure of the lock. Ends with 75 once that is lost, with 0 at argv[5] lines.
import {appendFile, readFile} from 'node:fs/promises';
import {LockLostError} from '../../source/store/lock-errors.js';
import {tryLock} from '../../source/store/process-lock.js';
import {simulatedHost} from './lock-hosts.js';

const [, , path = '', name = '', file = '', lines = '1'] = process.argv;
const host = await simulatedHost(name);
const pause = async (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const size = async () => (await readFile(file, 'utf8')).split('\n').length - 1;
while ((await size()) < Number(lines)) {
	const lock = await tryLock(path, {host});
	if (!lock) {
		await pause(5);
		continue;
	}

	console.log('held');
	try {
		// Nobody else may have been here, so whoever holds it knows how many there are.
		for (let known = await size(); known < Number(lines); known++) {
			await lock.confirm();
			await appendFile(file, `${name}\n`);
			await pause(2);
		}
	} catch (error) {
		process.exit(error instanceof LockLostError ? 75 : 1);
	}

	await lock.release();
}
