import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';

/** A folder of its own for one test, gone after it. */
export async function temporaryFolder(t: TestContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
	t.after(async () => rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100}));
	return folder;
}
