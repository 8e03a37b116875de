import assert from 'node:assert/strict';
import {copyFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../source/engine/host/run-program.js';
import {cloudHome} from '../helpers/cloud-home.js';
import {makeDesktopVdi} from '../helpers/desktop-vdi.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** Real ones, by another name than their own. */
const others: ReadonlyArray<
	readonly [what: string, name: RegExp, hint: RegExp, make: (vdi: string, file: string) => Promise<unknown>]
> = [
	['VHD', /a VHD disk/, /VBoxManage clonemedium disk IN OUT\.vdi --format VDI/, converted('vpc')],
	['VHD of fixed size', /a VHD disk/, /VBoxManage clonemedium/, converted('vpc', '-o', 'subformat=fixed')],
	['VMDK', /a VMDK disk/, /VBoxManage clonemedium/, converted('vmdk')],
	['qcow2', /a qcow2 disk/, /qemu-img convert -O vdi IN OUT\.vdi/, converted('qcow2')],
	['ISO', /an ISO image/, /give the disk of the virtual machine/, async (_, file) => writeFile(file, isoImage())],
];

function converted(format: string, ...options: readonly string[]) {
	return async (vdi: string, file: string) =>
		runProgram('qemu-img', ['convert', '-f', 'vdi', '-O', format, ...options, vdi, file]);
}

/** Empty boot area, primary volume descriptor, terminator. */
function isoImage(): Buffer {
	const image = Buffer.alloc(20 * 2048);
	image.write('\x01CD001\x01', 16 * 2048, 'latin1');
	image.write('\xffCD001\x01', 17 * 2048, 'latin1');
	return image;
}

test('a VHD, a VMDK, a qcow2 and an ISO fed in as a VDI are told what they are, by every command, and no byte leaves', async t => {
	const folder = await temporaryFolder(t);
	const vdi = join(folder, 'desktop.vdi');
	await copyFile(await makeDesktopVdi(await temporaryFolder(t)), vdi);
	const source = join(folder, 'source.vdi');
	await copyFile(vdi, source);
	const {d2cm, server, listing} = await cloudHome(t, {vdi, folder});

	for (const [what, name, hint, make] of others) {
		// In place of the image that was added when it was still a VDI.
		await make(source, vdi);
		for (const words of [
			['inspect', vdi],
			['image', 'add', 'other', vdi],
			['migrate', 'worker', '--cloud', 'amazon', '--check'],
			['migrate', 'worker', '--cloud', 'amazon'],
		]) {
			const {status, stdout, stderr} = await runD2cm(d2cm.home, ...words);
			// A migration has a journal, and ends in it.
			const end = stdout.split('\n').find(line => line.includes('Ended: FAILED.'));
			const told = end ?? stderr;
			assert.equal(status, 3, `${what}, ${words.join(' ')}: ${stdout}${stderr}`);
			assert.ok(told.includes(`${vdi} is not a VirtualBox disk image (VDI); it looks like `), told);
			assert.match(told, name, words.join(' '));
			assert.match(told, hint, words.join(' '));
			assert.doesNotMatch(stdout + stderr, /\n +at /);
		}
	}

	assert.deepEqual(listing(), []);
	assert.equal(server.counts.requests, 0);
	const jobs = await d2cm.jobs();
	assert.deepEqual(
		jobs.map(({end}) => [end?.state, end?.remaining ?? []]),
		others.map(() => ['FAILED', []]),
	);
});
