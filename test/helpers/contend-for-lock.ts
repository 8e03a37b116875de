// Takes the lock at argv[2] argv[4] times; while it holds it, adds one to the number in the file argv[3] without any
// other care. Then dies holding it, so that the next one must take it over. With 'released' as argv[5] by the lock of version 0.1.0.
import {readFile, writeFile} from 'node:fs/promises';
import {waitForLock} from '../../source/store/process-lock.js';
import {waitForLock as waitForReleasedLock} from './released-lock.js';

const [, , path = '', counter = '', times = '1', whose] = process.argv;
const wait = whose === 'released' ? waitForReleasedLock : waitForLock;
for (let turn = 1; turn <= Number(times); turn++) {
	const lock = await wait(path, {timeoutMs: 600_000});
	const value = Number(await readFile(counter, 'utf8'));
	await new Promise(resolve => setImmediate(resolve));
	await writeFile(counter, String(value + 1));
	if (turn < Number(times)) {
		await lock.release();
	}
}

process.kill(process.pid, 'SIGKILL');
