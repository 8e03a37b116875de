import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join, resolve} from 'node:path';
import {EucarcError} from './errors/eucarc-error.js';
import {type EucarcEntries, eucarcEntries} from './eucarc-entries.js';
import {parseEucarc} from './parse-eucarc.js';
import {readersOf} from './readers-of.js';

export type EucarcFile = EucarcEntries & {
	/** Absolute. */
	readonly file: string;
	/** What the user should know of it, in sentences. */
	readonly remarks: readonly string[];
};

const mostBytes = 64 * 1024;

const wanted = /^(?:EC2|S3|AWS|EUCALYPTUS|TOKEN)_/;

/**
Reads a `.eucarc` file. No shell sees it.

@throws {EucarcError}
*/
export async function readEucarc(path: string): Promise<EucarcFile> {
	const file = resolve(path);
	const text = await readSmallFile(file);
	const folder = dirname(file);
	const {values, unresolved} = parseEucarc(text, folder, homedir());
	const {credential, cloud} = eucarcEntries(values);
	if (credential.accessKey === '' || credential.secretKey === '') {
		const missing = credential.accessKey === '' ? 'EC2_ACCESS_KEY' : 'EC2_SECRET_KEY';
		const why = unresolved.includes(missing) ? 'in a way only a shell could work out' : 'nowhere';
		throw new EucarcError(file, `sets ${missing} ${why}`);
	}

	const placed = (value: string) => (value === '' || isAbsolute(value) ? value : join(folder, value));
	return {
		file,
		credential: {
			...credential,
			certificate: placed(credential.certificate),
			privateKey: placed(credential.privateKey),
		},
		cloud: cloud && {...cloud, cloudCertificate: placed(cloud.cloudCertificate)},
		remarks: [
			...(await readersOf(file)),
			...unresolved
				.filter(name => wanted.test(name))
				.map(name => `${name} is left out: only a shell could work out its value.`),
		],
	};
}

async function readSmallFile(file: string): Promise<string> {
	try {
		const bytes = await readFile(file);
		if (bytes.length > mostBytes || bytes.includes(0)) {
			throw new EucarcError(file, 'is no text file with credentials');
		}

		return bytes.toString('utf8');
	} catch (error) {
		if (error instanceof EucarcError) {
			throw error;
		}

		const {code} = error as NodeJS.ErrnoException;
		const problem =
			code === 'ENOENT' ? 'is not there' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? 'unknown'})`;
		throw new EucarcError(file, problem, {cause: error});
	}
}
