import {CloudSilentError} from '../engine/cloud/cloud-silent-error.js';
import {systemClock} from '../engine/host/system-clock.js';
import {within} from '../engine/host/within.js';

/** Where perhaps nobody is any more, or not yet, no answer is waited for as long as elsewhere. @throws {CloudSilentError} */
export async function soonAnswered<T>(question: () => Promise<T>, limitMs = 45_000): Promise<T> {
	const late = () => new CloudSilentError(`nothing has come for ${limitMs / 1000} s.`);
	return within({clock: systemClock, limitMs, late}, question);
}
