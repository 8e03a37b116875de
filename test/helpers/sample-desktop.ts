import {join} from 'node:path';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {runProgram} from '../../source/engine/host/run-program.js';

/** Puts the sample desktop's disk into a folder: a real Debian, made once and then kept in the user's cache. */
export async function sampleDesktop(folder: string, name = 'worker.vdi'): Promise<string> {
	const file = join(folder, name);
	await runProgram(join(projectFolder(), 'scripts', 'make-sample-desktop'), [file]);
	return file;
}
