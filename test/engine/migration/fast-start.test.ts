import assert from 'node:assert/strict';
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {commandLineFor} from '../../../source/engine/migration/copy-kernel.js';
import {cpioSegment} from '../../../source/engine/migration/fast-start/cpio-segment.js';
import {fastInit} from '../../../source/engine/migration/fast-start/fast-init.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const uuid = '2f6f3c1e-1111-4222-8333-0123456789ab';

test('what is put before an initramfs is an archive that cpio reads, with a program that sh understands', async t => {
	const folder = await temporaryFolder(t);
	const script = fastInit({partition: 3, uuid});
	const segment = cpioSegment({'d2cm-init': script, odd: 'x'});
	assert.equal(segment.length % 512, 0);
	await writeFile(join(folder, 'segment'), segment);
	await mkdir(join(folder, 'out'));

	await runProgram('sh', ['-c', 'cpio -idm --quiet <../segment'], {cwd: join(folder, 'out')});

	assert.equal(await readFile(join(folder, 'out/d2cm-init'), 'utf8'), script);
	assert.equal((await stat(join(folder, 'out/d2cm-init'))).mode & 0o777, 0o755);
	assert.equal(await readFile(join(folder, 'out/odd'), 'utf8'), 'x');
	await runProgram('sh', ['-n', join(folder, 'out/d2cm-init')]);
	assert.match(script, /mount -t ext4 -o ro \/dev\/vda3 \/root/);
});

test('the command line of a directly started kernel names the root by UUID and the serial console', () => {
	const root = `root=UUID=${uuid}`;
	const consoles = 'console=tty0 console=ttyS0,115200n8';
	assert.equal(commandLineFor('BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet', uuid), `${root} ro quiet ${consoles}`);
	assert.equal(commandLineFor('ro', uuid), `${root} ro ${consoles}`);
	assert.equal(
		commandLineFor('root=/dev/mapper/vg-root console=ttyS0', uuid),
		'root=/dev/mapper/vg-root console=ttyS0',
	);
	assert.equal(commandLineFor('root=LABEL=desk ro', uuid), `root=LABEL=desk ro ${consoles}`);
});
