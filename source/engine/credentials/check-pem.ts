import {createPrivateKey, type KeyObject, X509Certificate} from 'node:crypto';
import {type FileHandle, open} from 'node:fs/promises';
import {shellQuote} from '../ssh/shell-quote.js';
import type {CredentialProblem} from './credential-problem.js';

/** A file that was opened, or what is wrong with it. */
export type Checked<Value> = {readonly value?: Value; readonly problems: readonly CredentialProblem[]};

const mostBytes = 1024 * 1024;
const dayMs = 24 * 60 * 60 * 1000;

/** @param what How the sentence names it: `The certificate`. */
export async function checkCertificate(what: string, file: string, now: Date): Promise<Checked<X509Certificate>> {
	const {value: pem, problems} = await readPem(what, file, 'anybody');
	if (pem === undefined) {
		return {problems};
	}

	let certificate: X509Certificate;
	try {
		certificate = new X509Certificate(pem);
	} catch {
		return failed(...notPem(what, file, pem, 'certificate'));
	}

	return {value: certificate, problems: checkDates(what, file, certificate, now)};
}

/** Also looks who else may read it. What a parser says of a key is not passed on: it could quote from it. */
export async function checkPrivateKey(what: string, file: string): Promise<Checked<KeyObject>> {
	const {value: pem, problems} = await readPem(what, file, 'owner');
	if (pem === undefined) {
		return {problems};
	}

	if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
		const hint = `Write a copy without one, readable by you alone: (umask 077; openssl pkey -in ${shellQuote(file)} -out plain.pem)`;
		return failed(`${what} ${file} is locked with a passphrase.`, hint);
	}

	try {
		return {value: createPrivateKey(pem), problems};
	} catch {
		return failed(...notPem(what, file, pem, 'private key'));
	}
}

const failed = (message: string, hint: string): Checked<never> => ({problems: [{kind: 'error', message, hint}]});

function notPem(what: string, file: string, pem: string, wanted: string): readonly [string, string] {
	const [, label] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem) ?? [];
	return label === undefined
		? [`${what} ${file} is not PEM.`, `Choose the file that begins with -----BEGIN ${wanted.toUpperCase()}-----.`]
		: label.toLowerCase().endsWith(wanted)
			? [`${what} ${file} is damaged.`, 'Get it again from where it came from.']
			: [`${what} ${file} holds no ${wanted}, but: ${label.toLowerCase()}.`, `Choose the file with the ${wanted}.`];
}

function checkDates(what: string, file: string, certificate: X509Certificate, now: Date): readonly CredentialProblem[] {
	const from = new Date(certificate.validFrom);
	const to = new Date(certificate.validTo);
	const hint = 'Get a new one from the cloud.';
	if (to < now) {
		return [{kind: 'error', message: `${what} ${file} expired on ${day(to)}.`, hint}];
	}

	if (from > now) {
		const message = `${what} ${file} is not valid before ${day(from)}.`;
		return [{kind: 'error', message, hint: 'Check the clock of this machine, or get another one.'}];
	}

	return to.getTime() - now.getTime() < 7 * dayMs
		? [{kind: 'warning', message: `${what} ${file} expires on ${day(to)}.`, hint}]
		: [];
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** What others may do with a file only its owner should read. */
export function checkMode(file: string, mode: number): readonly CredentialProblem[] {
	if ((mode & 0o077) === 0) {
		return [];
	}

	const who = (mode & 0o007) === 0 ? 'its group' : 'everybody on this machine';
	return [{kind: 'warning', message: `${file} can be read by ${who}.`, hint: `Run: chmod 600 ${shellQuote(file)}`}];
}

async function readPem(what: string, file: string, readers: 'owner' | 'anybody'): Promise<Checked<string>> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(file);
		const stats = await handle.stat();
		if (!stats.isFile()) {
			return failed(`${what} ${file} is not a file.`, 'Choose a PEM file.');
		}

		if (stats.size > mostBytes) {
			return failed(`${what} ${file} is not PEM.`, 'Choose a smaller file: keys have a few thousand letters.');
		}

		const problems = readers === 'owner' ? checkMode(file, stats.mode) : [];
		return {value: await handle.readFile('latin1'), problems};
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === undefined) {
			throw error;
		}

		return code === 'ENOENT' || code === 'ENOTDIR'
			? failed(`${what} ${file} is not there.`, 'Choose another file, or leave it empty.')
			: failed(`${what} ${file} cannot be read (${code}).`, 'Choose a file that you may read.');
	} finally {
		await handle?.close();
	}
}
