import {MissingProgramError} from '../../host/missing-program-error.js';
import {copyPart} from './copy-part.js';
import {exportByFuse} from './export-by-fuse.js';
import {FuseRefusedError} from './fuse-refused-error.js';
import type {Part, PlainFile} from './plain-file.js';

/** By FUSE where it is allowed; otherwise `onCopy` hears why not, and the partition is copied. */
export async function presentAsFile(
	overlay: string,
	part: Part,
	{signal, onCopy}: {readonly signal?: AbortSignal; readonly onCopy: (reason: string) => Promise<void>},
): Promise<PlainFile> {
	try {
		return await exportByFuse(overlay, part, signal);
	} catch (error) {
		if (!(error instanceof FuseRefusedError || error instanceof MissingProgramError)) {
			throw error;
		}

		await onCopy(error.message);
		return copyPart(overlay, part, signal);
	}
}
