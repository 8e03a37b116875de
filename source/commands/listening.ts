import type {JobSummary} from '../actions/d2cm.js';
import {processWords} from '../store/lock-words.js';
import type {Output} from './output.js';

/** Says why nothing is seen for a while: what another host works on is left to it while it shows that it lives. */
export function sayListening({alive, elsewhere}: JobSummary, output: Output): void {
	if (alive && elsewhere) {
		output.remark(`Listening for ${processWords(elsewhere)}, for at most 45 s.`);
	}
}
