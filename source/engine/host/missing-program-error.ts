import {AppError} from '../errors/app-error.js';

/** Debian packages that bring the programs we run. */
const packages: Readonly<Record<string, string>> = {
	'qemu-system-x86_64': 'qemu-system-x86',
	'qemu-img': 'qemu-utils',
	'qemu-storage-daemon': 'qemu-system-common',
	e2fsck: 'e2fsprogs',
	debugfs: 'e2fsprogs',
	fusermount3: 'fuse3',
	flock: 'util-linux',
	'ssh-keygen': 'openssh-client',
	rrdtool: 'rrdtool',
	mmdebstrap: 'mmdebstrap',
};

/** A program that D2CM runs is not installed on this machine. */
export class MissingProgramError extends AppError {
	override readonly name = 'MissingProgramError';
	override readonly hint: string;

	constructor(
		readonly program: string,
		options?: ErrorOptions,
	) {
		super(`The program ${program} is not installed on this machine.`, options);
		this.hint = `Install it: sudo apt-get install ${packages[program] ?? program}`;
	}
}
