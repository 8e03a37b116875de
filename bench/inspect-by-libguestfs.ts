import {runProgram} from '../source/engine/host/run-program.js';

/** Asks guestfish what system is on a disk, and for the files D2CM reads. */
export async function inspectByLibguestfs(file: string, timeoutMs: number): Promise<string> {
	const commands = [
		'inspect-get-product-name /dev/sda1',
		'inspect-get-arch /dev/sda1',
		'cat /etc/fstab',
		'cat /etc/passwd',
		'cat /etc/ssh/sshd_config',
		'cat /boot/grub/grub.cfg',
		'ls /boot',
		'',
	].join('\n');
	const {stdout} = await runProgram('guestfish', ['--ro', '--format=vdi', '-a', file, '-i'], {
		input: commands,
		timeoutMs,
	});
	return stdout;
}
