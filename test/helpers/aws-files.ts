import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {temporaryFolder} from './temporary-folder.js';

/** A shared AWS configuration of its own for one test, and keys in the environment that nothing may use. */
export async function withAwsFiles(
	t: TestContext,
	{credentials, config = ''}: {readonly credentials: string; readonly config?: string},
): Promise<void> {
	const folder = await temporaryFolder(t);
	const files = {
		AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
		AWS_CONFIG_FILE: join(folder, 'config'),
	};
	await writeFile(files.AWS_SHARED_CREDENTIALS_FILE, credentials, {mode: 0o600});
	await writeFile(files.AWS_CONFIG_FILE, config, {mode: 0o600});
	const wanted = {...files, AWS_ACCESS_KEY_ID: 'of-the-environment', AWS_SECRET_ACCESS_KEY: 'of-the-environment'};
	const before = Object.fromEntries(Object.keys(wanted).map(name => [name, process.env[name]]));
	Object.assign(process.env, wanted);
	t.after(() => {
		for (const [name, value] of Object.entries(before)) {
			if (value === undefined) {
				delete process.env[name];
			} else {
				process.env[name] = value;
			}
		}
	});
}
