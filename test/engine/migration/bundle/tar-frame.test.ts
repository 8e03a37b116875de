import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {tarHeader, tarPaddingBytes} from '../../../../source/engine/migration/bundle/tar-frame.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const gnuTar = 'tar --format=gnu --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=0644 -cf - disk';

for (const sizeBytes of [1, 511, 512, 8192, 8703, 8704, 9216, 9217, 1_000_000]) {
	test(`an archive of ${sizeBytes} bytes is the one GNU tar writes`, async t => {
		const folder = await temporaryFolder(t);
		const disk = randomBytes(sizeBytes);
		await writeFile(join(folder, 'disk'), disk);
		const {stdout} = await runProgram('bash', ['-c', `${gnuTar} | sha1sum`], {cwd: folder});

		const archive = [tarHeader('disk', sizeBytes), disk, Buffer.alloc(tarPaddingBytes(sizeBytes))];

		const digest = createHash('sha1').update(Buffer.concat(archive)).digest('hex');
		assert.equal(digest, stdout.slice(0, 40));
	});
}

for (const sizeBytes of [8 * 2 ** 30 - 1, 8 * 2 ** 30, 20 * 2 ** 30 + 512]) {
	test(`the header of a file of ${sizeBytes} bytes is the one GNU tar writes`, async t => {
		const folder = await temporaryFolder(t);
		await writeFile(join(folder, 'disk'), '');
		await truncate(join(folder, 'disk'), sizeBytes);
		const {stdout} = await runProgram('bash', ['-c', `${gnuTar} 2>/dev/null | head -c 512 | base64 -w0`], {
			cwd: folder,
		});

		assert.equal(tarHeader('disk', sizeBytes).toString('base64'), stdout);
	});
}
