import {setTimeout as sleep} from 'node:timers/promises';

/**
Stops the program, and whatever it was started by in the same line of the shell, as Ctrl-Z stops others. Returns when it goes
on; where there is no shell that could let it go on, the kernel does not stop it.
*/
export async function stopProcess(): Promise<void> {
	process.kill(0, 'SIGTSTP');
	// The signal comes before this time is over, and the time goes on with the process.
	await sleep(100);
}
