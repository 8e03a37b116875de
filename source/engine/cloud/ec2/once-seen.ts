import {Stopwatch} from '../../host/stopwatch.js';
import {type Ec2Context, hasCode} from './ec2-context.js';

/** Amazon shows what was just made after seconds, at times after minutes. */
const longestMs = 3 * 60_000;

/** Asks again while the cloud answers with one of these codes, for what was just made is not seen by all of it at once. */
export async function onceSeen<Output>(
	{clock}: Pick<Ec2Context, 'clock'>,
	codes: readonly string[],
	ask: () => Promise<Output>,
): Promise<Output> {
	const waited = new Stopwatch(clock);
	for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 5000)) {
		try {
			return await ask();
		} catch (error) {
			if (!hasCode(error, ...codes) || waited.passedMs() > longestMs) {
				throw error;
			}
		}

		await clock.sleep(pauseMs);
	}
}
