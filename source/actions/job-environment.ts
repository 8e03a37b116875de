import {readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {FullDiskError} from '../engine/host/full-disk-error.js';
import type {Environment} from '../engine/host/outgoing/proxy-for.js';
import {
	type ProxyPasswords,
	rememberProxyPasswords,
	withoutProxyPasswords,
} from '../engine/host/outgoing/proxy-passwords.js';
import {withLock} from '../engine/host/with-lock.js';
import {writeJson} from '../engine/host/write-json.js';

/** What a program needs to run at all, as it is where it is started. */
const ofThisLogin = /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|XDG_[A-Z_]+)$/;

/** What decides whose keys are used, which clouds are meant, by what way they are asked, and how times and names are written. */
const ofTheJob = [
	/^AWS_(?:CONFIG_FILE|SHARED_CREDENTIALS_FILE|PROFILE|CA_BUNDLE)$/,
	/^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/,
	/^(?:https?|all|no)_proxy$/i,
	/^(?:LANG|LC_[A-Z]+|TZ)$/,
];

/** Relative ones mean the folder in which they were set; a job works in another. */
const isPath = /^(?:AWS_CONFIG_FILE|AWS_SHARED_CREDENTIALS_FILE|AWS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/;

const mostBytes = 64 * 1024;

/**
The environment of a job's process: that of whoever starts it now, where it says nothing that of whoever did before, and no
secret. So a job that is resumed from another login finds the keys and the proxy that it was checked with.

What is no secret is kept in the job's folder; the passwords of proxies are in a file of the data folder, private as the keys are.
*/
export async function jobEnvironment(
	home: string,
	folder: string,
	environment: Environment = process.env,
): Promise<Record<string, string>> {
	const file = join(folder, 'environment.json');
	const {environment: plain, passwords} = withoutProxyPasswords(environment);
	const kept = Object.entries(await readTexts(file)).filter(([name]) => isOfTheJob(name));
	const now = Object.entries(plain).flatMap(([name, value]) =>
		value && isOfTheJob(name) ? [[name, isPath.test(name) ? resolve(value) : value] as const] : [],
	);
	// `HTTPS_PROXY` of now goes before `https_proxy` of then, which would be obeyed first.
	const said = new Set(now.map(([name]) => name.toLowerCase()));
	const decided = Object.fromEntries([...kept.filter(([name]) => !said.has(name.toLowerCase())), ...now]);
	await keep(file, decided, Object.fromEntries(kept));
	await keepPasswords(home, passwords);
	return {
		...Object.fromEntries(
			Object.entries(plain).flatMap(([name, value]) => (value && ofThisLogin.test(name) ? [[name, value]] : [])),
		),
		...decided,
	};
}

/** In the process of a job, before anything is asked. */
export async function readProxyPasswords(home: string): Promise<void> {
	rememberProxyPasswords(await readTexts(passwordsFile(home)));
}

const passwordsFile = (home: string): string => join(home, 'proxy-passwords.json');

const isOfTheJob = (name: string): boolean => ofTheJob.some(pattern => pattern.test(name));

/** Jobs may be started at the same time, and all write into the one file. */
async function keepPasswords(home: string, passwords: ProxyPasswords): Promise<void> {
	const file = passwordsFile(home);
	const before = await readTexts(file);
	if (Object.entries(passwords).every(([key, password]) => before[key] === password)) {
		return;
	}

	await withLock(`${file}.lock`, async () => {
		const known = await readTexts(file);
		await keep(file, {...known, ...passwords}, known);
	});
}

/** A disk that is full keeps nobody from resuming or ending a job. */
async function keep(file: string, wanted: ProxyPasswords, there: ProxyPasswords): Promise<void> {
	if (JSON.stringify(wanted) === JSON.stringify(there)) {
		return;
	}

	try {
		await writeJson(file, wanted);
	} catch (error) {
		if (!(error instanceof FullDiskError)) {
			throw error;
		}
	}
}

/** What is damaged says nothing. */
async function readTexts(file: string): Promise<Record<string, string>> {
	try {
		const text = await readFile(file, 'utf8');
		const told: unknown = text.length > mostBytes ? undefined : JSON.parse(text);
		return Object.fromEntries(
			Object.entries(told ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
		);
	} catch {
		return {};
	}
}
