import {spawn} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {withoutSecrets} from '../../host/run-program.js';
import {runSwitch} from './run-switch.js';

/**
The process that joins the guests of one private network; see `keep-switch.ts`, which starts it under a lock. A successor waits for that lock
all the while, so that the guests are joined again at once when this process is killed, with nobody else there.
*/
const [network = '', lock = ''] = process.argv.slice(2);
await writeFile(lock, `${process.pid}\n`);
const switching = runSwitch(network);
// Not at once: what fails as soon as it begins is not to begin for ever.
const hasGuests = await Promise.race([switching.then(() => false), delay(1000, true, {ref: false})]);
if (hasGuests) {
	const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
	const successor = spawn('flock', ['--no-fork', lock, ...again], {
		detached: true,
		stdio: 'inherit',
		env: withoutSecrets(),
	});
	successor.on('error', () => undefined); // Then the next look at an instance starts another one.
	successor.unref();
	await switching;
	successor.kill();
}

process.exit(0);
