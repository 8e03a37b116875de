import {stat} from 'node:fs/promises';
import {checkMode} from './check-pem.js';

/** Who besides its owner may read a file with secrets, in a sentence with what to do about it; nothing where nobody may. */
export async function readersOf(file: string): Promise<readonly string[]> {
	const problems = file === '' ? [] : checkMode(file, (await stat(file)).mode);
	return problems.map(({message, hint}) => `${message} ${hint}`);
}
