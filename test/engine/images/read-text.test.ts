import assert from 'node:assert/strict';
import test from 'node:test';
import {findDrivers} from '../../../source/engine/images/boot/find-drivers.js';
import {readText} from '../../../source/engine/images/read-text.js';

const mib = 1024 * 1024;

/** Only what is read here. */
function diskWith(files: Readonly<Record<string, Buffer>>) {
	return {
		fileSystem: 'ext4',
		uuid: '',
		stat: async () => undefined,
		readFile: async (path: string, mostBytes = mib) => files[path]?.subarray(0, mostBytes),
		async *readChunks() {
			yield Buffer.alloc(0);
		},
		list: async () => [],
		readLink: async () => undefined,
	};
}

test('an overlong line is cut, the lines after it are not', async () => {
	const disk = diskWith({'/a': Buffer.from(`${'x'.repeat(5000)}\nlast`)});
	assert.equal(await readText(disk, '/a'), `${'x'.repeat(4096)}\nlast`);
	assert.equal(await readText(disk, '/b'), undefined);
});

// A regular expression over a line of 4 MiB would take hours.
test('a list of modules that is one line of zeros names no module, at once', {timeout: 60_000}, async () => {
	const folder = '/lib/modules/6.1.0';
	const disk = diskWith({
		[`${folder}/modules.dep`]: Buffer.alloc(4 * mib),
		[`${folder}/modules.builtin`]: Buffer.from('kernel/drivers/nvme/host/nvme.ko.xz\n'),
	});
	const {drivers} = await findDrivers(disk, {release: '6.1.0', initramfs: undefined, budgetMs: 0});
	assert.equal(drivers.nvme, true);
	assert.equal(drivers.virtio, 'unknown');
});
