import {rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {runProgram} from '../../host/run-program.js';
import type {PlainFile} from './plain-file.js';

/** Where FUSE is not to be had: a raw copy of the disk, holes left out, that `keep` turns into a qcow2 of its own. */
export async function copyWhole(overlay: string, signal?: AbortSignal): Promise<PlainFile> {
	const file = join(dirname(overlay), 'copied.raw');
	await runProgram('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', overlay, file], {signal});
	const release = async () => rm(file, {force: true});
	return {
		file,
		way: 'copy',
		async keep() {
			await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', file, `${overlay}.whole`], {signal});
			await rename(`${overlay}.whole`, overlay);
			await release();
		},
		release,
	};
}
