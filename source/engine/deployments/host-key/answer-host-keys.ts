import {appendFile, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {OpenHostKey} from './open-host-keys.js';

/** What the user says of a host key: it is that of the instance, or another machine's. */
export type HostKeyAnswer = 'accept' | 'refuse';

type NamedHostKey = Pick<OpenHostKey, 'node' | 'fingerprint'>;

/** As the user names it: `master-1 SHA256:…` */
export const hostKeyName = ({node, fingerprint}: NamedHostKey) => `${node} ${fingerprint}`;

const files: Readonly<Record<HostKeyAnswer, string>> = {
	accept: 'accepted-host-keys',
	refuse: 'refused-host-keys',
};

/** The user knows better than the console: from now on these nodes have these keys, or these are not theirs. */
export async function answerHostKeys(
	folder: string,
	keys: readonly NamedHostKey[],
	answer: HostKeyAnswer,
): Promise<void> {
	await appendFile(join(folder, files[answer]), keys.map(key => `${hostKeyName(key)}\n`).join(''), {mode: 0o600});
}

/** What the user has said of a host key so far. A no is not taken back. */
export async function hostKeyAnswers(folder: string): Promise<(key: NamedHostKey) => HostKeyAnswer | undefined> {
	const [refused, accepted] = [await namesIn(join(folder, files.refuse)), await namesIn(join(folder, files.accept))];
	return key => {
		const name = hostKeyName(key);
		return refused.has(name) ? 'refuse' : accepted.has(name) ? 'accept' : undefined;
	};
}

async function namesIn(file: string): Promise<ReadonlySet<string>> {
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') {
			return '';
		}

		throw error;
	});
	return new Set(text.split('\n'));
}
