import {join} from 'node:path';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {runProgram} from '../../source/engine/host/run-program.js';

/** Puts the sample desktop's disk into a folder: a real Debian with these packages too, made once and then kept in the user's cache. */
export async function sampleDesktop(
	folder: string,
	name = 'worker.vdi',
	packages: readonly string[] = [],
): Promise<string> {
	const file = join(folder, name);
	await runProgram(join(projectFolder(), 'scripts', 'make-sample-desktop'), [file, ...packages]);
	return file;
}
