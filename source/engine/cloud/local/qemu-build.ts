import {AppError} from '../../errors/app-error.js';
import {ProgramFailedError} from '../../host/program-failed-error.js';
import {runProgram} from '../../host/run-program.js';

/** What the QEMU of this machine is. */
export type QemuBuild = {
	/** The first line it says of itself. */
	readonly version: string;
	/** Whether it can give up what a guest that broke into it would want: other programs, other rights. */
	readonly hasSandbox: boolean;
};

export const sandboxArguments: readonly string[] = [
	'-sandbox',
	'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
];

const program = 'qemu-system-x86_64';

/**
Asks QEMU. One that cannot have the sandbox, for it was built without seccomp or may not use it here, ends before it says its version.

@throws {MissingProgramError} When there is no QEMU.
*/
export async function readQemuBuild(): Promise<QemuBuild> {
	const ask = async (...before: readonly string[]): Promise<string> =>
		(await runProgram(program, [...before, '--version'])).stdout.split('\n')[0] ?? '';
	try {
		return {version: await ask(...sandboxArguments), hasSandbox: true};
	} catch (error) {
		if (!(error instanceof ProgramFailedError)) {
			throw error;
		}

		return {version: await ask(), hasSandbox: false};
	}
}

/** This QEMU knows no network that is closed to the other users of the machine. */
export class OldQemuError extends AppError {
	override readonly name = 'OldQemuError';
	override readonly hint = 'Install QEMU 7.2 or later, as Debian 12 and Ubuntu 24.04 have it.';

	constructor(version: string) {
		super(`${version} cannot join instances by a network that is closed to other users of this machine.`);
	}
}

/** @throws {OldQemuError} When this version has no sockets of the file system for its networks. */
export function mustJoinPrivately(version: string): void {
	const [, major = 0, minor = 0] = /version (\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
	if (major < 7 || (major === 7 && minor < 2)) {
		throw new OldQemuError(version);
	}
}
