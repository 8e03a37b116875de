import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {buildSeed} from '../../../../source/engine/cloud/local/seed.js';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const seed = {
	instanceId: 'i-0123abcd',
	hostName: 'ip-10-77-0-3',
	publicKey: 'ssh-ed25519 AAAA someone\n',
	privateMac: '52:54:0a:4d:00:03',
	privateAddress: '10.77.0.3',
	privateRoute: '10.78.0.0/16',
	userData: '#cloud-config\nüser: data\n',
};

test('the seed is a disk of 1 MiB that says what it is in its first bytes', () => {
	const disk = buildSeed(seed);
	assert.equal(disk.length, 1024 * 1024);
	assert.equal(disk.subarray(0, 9).toString('latin1'), 'd2cm-seed');
});

test('tar reads the seed, with metadata and user data as they were', async t => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'seed.raw'), buildSeed(seed));

	const {stdout, stderr} = await runProgram('tar', ['-tvf', 'seed.raw'], {cwd: folder});
	assert.match(stdout, /^-rw------- 0\/0 .* d2cm-seed\/meta-data\n-rw------- 0\/0 .* d2cm-seed\/user-data\n$/);
	assert.equal(stderr, '');
	await runProgram('tar', ['-xf', 'seed.raw'], {cwd: folder});

	assert.equal(
		await readFile(join(folder, 'd2cm-seed/meta-data'), 'utf8'),
		[
			'instance-id=i-0123abcd',
			'local-hostname=ip-10-77-0-3',
			'public-key=ssh-ed25519 AAAA someone',
			'private-mac=52:54:0a:4d:00:03',
			'private-address=10.77.0.3/16',
			'private-route=10.78.0.0/16',
			'',
		].join('\n'),
	);
	assert.equal(await readFile(join(folder, 'd2cm-seed/user-data'), 'utf8'), seed.userData);
});

test('user data that is empty, or exactly as long as blocks of an archive, is kept', async t => {
	const folder = await temporaryFolder(t);
	for (const userData of ['', 'x'.repeat(512), 'x'.repeat(100_000)]) {
		await writeFile(join(folder, 'seed.raw'), buildSeed({...seed, userData}));
		const {stdout} = await runProgram('tar', ['-xOf', 'seed.raw', 'd2cm-seed/user-data'], {cwd: folder});
		assert.equal(stdout, userData);
	}
});

test('user data that does not fit is refused', () => {
	assert.throws(() => buildSeed({...seed, userData: 'x'.repeat(1024 * 1024)}), RangeError);
});
