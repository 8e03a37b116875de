import {MissingProgramError} from '../../host/missing-program-error.js';
import {copyWhole} from './copy-whole.js';
import {exportByFuse} from './export-by-fuse.js';
import {FuseRefusedError} from './fuse-refused-error.js';
import type {PlainFile} from './plain-file.js';

/** By FUSE where it is allowed; otherwise `onCopy` hears why not, and the disk is copied. */
export async function presentAsFile(
	overlay: string,
	{signal, onCopy}: {readonly signal?: AbortSignal; readonly onCopy: (reason: string) => Promise<void>},
): Promise<PlainFile> {
	try {
		return await exportByFuse(overlay, signal);
	} catch (error) {
		if (!(error instanceof FuseRefusedError || error instanceof MissingProgramError)) {
			throw error;
		}

		await onCopy(error.message);
		return copyWhole(overlay, signal);
	}
}
