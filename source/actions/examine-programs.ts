import {MissingProgramError} from '../engine/host/missing-program-error.js';
import {ProgramFailedError} from '../engine/host/program-failed-error.js';
import {runProgram} from '../engine/host/run-program.js';
import type {DoctorFinding} from './d2cm.js';

type Program = {
	readonly name: string;
	readonly version: readonly string[];
	/** What is lost without it; left out where nothing goes without it. */
	readonly without?: string;
};

const programs: readonly Program[] = [
	{name: 'qemu-system-x86_64', version: ['--version']},
	{name: 'qemu-img', version: ['--version']},
	{name: 'qemu-storage-daemon', version: ['--version']},
	{name: 'e2fsck', version: ['-V']},
	{name: 'debugfs', version: ['-V']},
	{name: 'ssh-keygen', version: [], without: 'only for looking at keys by hand'},
	{name: 'rrdtool', version: ['--version'], without: 'only for looking at the .rrd files by hand'},
];

/** Whether the programs D2CM runs are there, and which versions. */
export async function examinePrograms(): Promise<readonly DoctorFinding[]> {
	return Promise.all(programs.map(examineProgram));
}

async function examineProgram({name, version, without}: Program): Promise<DoctorFinding> {
	const subject = name;
	try {
		// Many tell their version in the first line of one output or the other; ssh-keygen has no way to be asked.
		const {stdout, stderr} =
			version.length === 0
				? await runProgram('sh', ['-c', 'command -v "$0"', name])
				: await runProgram(name, version, {timeoutMs: 10_000});
		return {subject, ok: true, found: (stdout || stderr).split('\n')[0]?.trim() ?? ''};
	} catch (error) {
		if (without !== undefined) {
			return {subject, ok: true, found: `not there; ${without}`};
		}

		if (error instanceof MissingProgramError || error instanceof ProgramFailedError) {
			return {subject, ok: false, found: error.message, hint: error.hint};
		}

		throw error;
	}
}
