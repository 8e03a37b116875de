import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {inspectImage} from '../../../source/engine/images/inspect-image.js';
import {openGuest} from '../../../source/engine/images/open-guest.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('a real Debian desktop is described from its VDI, which is left as it was', async t => {
	const vdi = join(await temporaryFolder(t), 'desktop.vdi');
	await runProgram('scripts/make-sample-desktop', [vdi], {timeoutMs: 900_000});
	const before = await stateOf(vdi);

	const report = await inspectImage(vdi, {initramfsBudgetMs: 60_000});

	assert.deepEqual(await stateOf(vdi), before);
	assert.equal(report.os.id, 'debian');
	assert.equal(report.os.version, '12');
	assert.equal(report.architecture, 'x86_64');
	assert.equal(report.bootMode, 'legacy-bios');
	assert.equal(report.verdict, 'will-be-fixed');
	assert.ok(report.users.some(({uid}) => uid === 1000));
	assert.equal(report.findings.find(({subject}) => subject === 'initramfs')?.data?.source, 'initramfs');
	const verdicts = Object.fromEntries(report.findings.map(({subject, verdict}) => [subject, verdict]));
	assert.equal(verdicts['boot-loader'], 'fits');
	assert.equal(verdicts.sshd, 'fits');
	assert.equal(verdicts.fstab, 'will-be-fixed');
	assert.equal(verdicts.network, 'will-be-fixed');
	const kernel = report.kernels.find(({isDefault}) => isDefault);
	assert.ok(kernel);
	assert.match(kernel.commandLine ?? '', /root=/);
	assert.equal(kernel.drivers.virtio, true);
	assert.equal(kernel.drivers.nvme, true);

	// The kernel that was found is the one the guest's own package list names.
	const {guestKernel, status} = await readGuest(vdi, kernel.kernel);
	assert.ok(guestKernel > 1_000_000);
	assert.match(status, new RegExp(`^Package: linux-image-${kernel.release}$`, 'm'));
});

async function readGuest(vdi: string, kernel: string): Promise<{guestKernel: number; status: string}> {
	const {disk, close} = await openGuest(vdi);
	const guestKernel = (await disk.stat(kernel))?.size ?? 0;
	const status = (await disk.readFile('/var/lib/dpkg/status', 8 * 1024 * 1024))?.toString('utf8') ?? '';
	await close();
	return {guestKernel, status};
}

async function stateOf(file: string): Promise<unknown> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file), hash);
	const {mtimeNs, size} = await stat(file, {bigint: true});
	return {digest: hash.digest('hex'), mtimeNs, size};
}
