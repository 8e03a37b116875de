import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before} from 'node:test';
import {makeDesktopVdi} from './desktop-vdi.js';

/** One small desktop for all tests of a file, which only read it, and folders beside it. */
export function sharedVdi(): {readonly vdi: string; folder(): string} {
	let top = '';
	let vdi = '';
	let count = 0;
	before(async () => {
		top = await mkdtemp(join(tmpdir(), 'd2cm-migrate-'));
		vdi = await makeDesktopVdi(top);
	});
	after(async () => rm(top, {recursive: true, force: true}));
	return {
		get vdi() {
			return vdi;
		},
		folder: () => join(top, `job-${++count}`),
	};
}
