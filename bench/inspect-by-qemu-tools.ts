import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {MissingProgramError} from '../source/engine/host/missing-program-error.js';
import {runProgram} from '../source/engine/host/run-program.js';

const files = [
	'/usr/lib/os-release',
	'/etc/passwd',
	'/etc/fstab',
	'/etc/network/interfaces',
	'/etc/ssh/sshd_config',
	'/boot/grub/grub.cfg',
];

/** What an experienced person would script: the disk shown as a file, then partition table, file systems and files. */
export async function inspectByQemuTools(file: string): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
	const raw = join(folder, 'disk.raw');
	await writeFile(raw, '');
	const {stdout: info} = await runProgram('qemu-img', ['info', '--output=json', file]);
	const {'virtual-size': virtualBytes} = JSON.parse(info) as {'virtual-size': number};
	const daemon = spawn(
		'qemu-storage-daemon',
		[
			...['--blockdev', `driver=file,node-name=f,read-only=on,filename=${file}`],
			...['--blockdev', 'driver=vdi,node-name=v,read-only=on,file=f'],
			...['--export', `type=fuse,id=e,node-name=v,mountpoint=${raw},writable=off`],
		],
		{stdio: 'ignore'},
	);
	const ended = once(daemon, 'exit').catch(error => {
		throw new MissingProgramError('qemu-storage-daemon', {cause: error});
	});
	try {
		while ((await stat(raw)).size !== virtualBytes) {
			await Promise.race([sleep(5), ended]);
		}

		const {stdout: table} = await runProgram('sfdisk', ['--json', raw]);
		const {partitiontable} = JSON.parse(table) as {
			partitiontable: {partitions: ReadonlyArray<{start: number; size: number}>};
		};
		const found = [info, table];
		for (const {start, size} of partitiontable.partitions) {
			const place = ['-O', String(start * 512), '-S', String(size * 512)];
			const {stdout} = await runProgram('blkid', ['-p', ...place, '-o', 'export', raw], {okCodes: [0, 2]});
			found.push(stdout);
			if (stdout.includes('TYPE=ext')) {
				const commands = [...files.map(path => `cat ${path}`), 'ls -p /boot', 'stat /usr/sbin/sshd', ''].join('\n');
				const answer = await runProgram('debugfs', ['-f', '-', `${raw}?offset=${start * 512}`], {input: commands});
				found.push(answer.stdout);
			}
		}

		return found.join('\n');
	} finally {
		daemon.kill();
		await ended;
		await rm(folder, {recursive: true, force: true});
	}
}
