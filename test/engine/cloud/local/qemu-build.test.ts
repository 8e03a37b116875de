import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {mustJoinPrivately, OldQemuError, readQemuBuild} from '../../../../source/engine/cloud/local/qemu-build.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

/** Puts a QEMU of these lines of sh before any other. */
async function qemuOf(t: TestContext, ...lines: readonly string[]): Promise<void> {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'qemu-system-x86_64'), ['#!/bin/sh', ...lines, ''].join('\n'), {mode: 0o755});
	const before = process.env['PATH'];
	process.env['PATH'] = `${folder}:${before}`;
	t.after(() => {
		process.env['PATH'] = before;
	});
}

test('a QEMU with seccomp is told from one without, which works all the same', async t => {
	const version = 'QEMU emulator version 8.2.2';
	await qemuOf(t, `[ "$1" = -sandbox ] && [ "$3" = --version ] && echo '${version}'`);
	assert.deepEqual(await readQemuBuild(), {version, hasSandbox: true});
	await qemuOf(
		t,
		'if [ "$1" = -sandbox ]; then echo "-sandbox support is not enabled in this QEMU binary" >&2; exit 1; fi',
		`echo '${version}'`,
	);
	assert.deepEqual(await readQemuBuild(), {version, hasSandbox: false});
	await qemuOf(t, 'if [ "$1" = -sandbox ]; then kill -ABRT $$; fi', `echo '${version}'`);
	assert.deepEqual(await readQemuBuild(), {version, hasSandbox: false});
});

test('a QEMU that knows only networks open to everybody is refused in a sentence; what it says of itself decides', () => {
	for (const version of [
		'QEMU emulator version 6.2.0 (Debian 1:6.2+dfsg-2ubuntu6)',
		'QEMU emulator version 7.1.0',
		'',
	]) {
		assert.throws(() => mustJoinPrivately(version), OldQemuError, version);
	}

	for (const version of ['7.2.22', '8.0.0', '10.0.2'].map(number => `QEMU emulator version ${number}`)) {
		mustJoinPrivately(version);
	}
});
