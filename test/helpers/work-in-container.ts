// In a pid namespace of its own, takes the lock argv[2], puts the name argv[3] into the file argv[4] and goes on holding it.
import {appendFile} from 'node:fs/promises';
import {thisHost} from '../../source/store/lock-host.js';
import {waitForLock} from '../../source/store/process-lock.js';

const [, , path = '', name = '', file = ''] = process.argv;
const host = {...(await thisHost()), name, beatMs: 60, leaseMs: 1200};
const lock = await waitForLock(path, {timeoutMs: 60_000, host});
await appendFile(file, `${name}\n`);
console.log('held');
for (;;) {
	await lock.confirm();
	await new Promise(resolve => setTimeout(resolve, 20));
}
