import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fixFstab} from '../../../../source/engine/guest/fix-ups/fstab.js';

const partitions = {
	root: {number: 1, uuid: 'aaaa-1'},
	partitions: [
		{number: 1, uuid: 'aaaa-1'},
		{number: 2, uuid: 'bbbb-2'},
		{number: 3, uuid: undefined},
	],
};

const cases: ReadonlyArray<readonly [string, string, string]> = [
	['a root by device name', '/dev/sda1 / ext4 errors=remount-ro 0 1', 'UUID=aaaa-1\t/\text4\terrors=remount-ro\t0\t1'],
	['a root by a UUID of another disk', 'UUID=zzzz / ext4 ro 0 1', 'UUID=aaaa-1\t/\text4\tro\t0\t1'],
	['a root by UUID, kept to the byte', 'UUID=AAAA-1   /   ext4  defaults 0 1', 'UUID=AAAA-1   /   ext4  defaults 0 1'],
	['swap by device name', '/dev/sda2 none swap sw 0 0', 'UUID=bbbb-2\tnone\tswap\tsw,nofail\t0\t0'],
	['a partition without UUID', '/dev/sda3 /data ext4 defaults 0 2', '# d2cm: /dev/sda3 /data ext4 defaults 0 2'],
	['a partition that is not there', '/dev/sdb1 /data ext4', '# d2cm: /dev/sdb1 /data ext4'],
	[
		'a CD drive',
		'/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0',
		'# d2cm: /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0',
	],
	['a shared folder', 'data /mnt/data vboxsf uid=1000 0 0', '# d2cm: data /mnt/data vboxsf uid=1000 0 0'],
	['another disk by UUID', 'UUID=cccc /data ext4 noatime 0 2', 'UUID=cccc\t/data\text4\tnoatime,nofail\t0\t2'],
	['a network share', 'nas:/x /x nfs rw 0 0', 'nas:/x\t/x\tnfs\trw,nofail,_netdev\t0\t0'],
	['memory', 'tmpfs /tmp tmpfs size=1g 0 0', 'tmpfs /tmp tmpfs size=1g 0 0'],
	['a comment', '# /dev/sda9 was here', '# /dev/sda9 was here'],
];

for (const [what, line, fixed] of cases) {
	test(`in fstab, ${what}`, () => {
		const root = / \/ /.test(line.replaceAll(/\s+/g, ' ')) ? '' : 'UUID=aaaa-1 / ext4 defaults 0 1\n';
		const result = fixFstab(`${root}${line}\n`, partitions);

		assert.equal(result, `${root}${fixed}\n`);
		assert.equal(fixFstab(result, partitions), result);
	});
}

test('an fstab without a root gets one', () => {
	assert.equal(
		fixFstab('proc /proc proc defaults 0 0\n', partitions).split('\n')[0],
		'UUID=aaaa-1\t/\tauto\tdefaults\t0\t1',
	);
});
