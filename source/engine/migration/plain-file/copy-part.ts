import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {runProgram} from '../../host/run-program.js';
import type {Part, PlainFile} from './plain-file.js';

/** Copies a partition, holes left out, where FUSE is not to be had; `keep` writes it back into the overlay. */
export async function copyPart(overlay: string, part: Part, signal?: AbortSignal): Promise<PlainFile> {
	const file = join(dirname(overlay), 'copied.raw');
	const inOverlay = [
		'driver=raw',
		`offset=${part.startBytes}`,
		`size=${part.sizeBytes}`,
		'file.driver=qcow2',
		'file.file.driver=file',
		`file.file.filename=${overlay.replaceAll(',', ',,')}`,
	].join(',');
	await runProgram('qemu-img', ['convert', '--image-opts', '-O', 'raw', inOverlay, file], {signal});
	const release = async () => rm(file, {force: true});
	return {
		file,
		way: 'copy',
		async keep() {
			await runProgram('qemu-img', ['convert', '-n', '-f', 'raw', '--target-image-opts', file, inOverlay], {signal});
			await release();
		},
		release,
	};
}
