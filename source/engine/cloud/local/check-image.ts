import {isMissing} from '../../host/is-missing.js';
import {ImageChangedError} from './image-changed-error.js';
import {type LocalImage, stampVdi} from './local-image.js';

/** @throws {ImageChangedError} When the VDI an AMI stands on is gone or not what it was. */
export async function checkImage({id, vdi}: Pick<LocalImage, 'id' | 'vdi'>): Promise<void> {
	try {
		const now = await stampVdi(vdi.file);
		if (now.sizeBytes !== vdi.sizeBytes || now.modifiedMs !== vdi.modifiedMs) {
			throw new ImageChangedError(id, vdi.file, 'changed');
		}
	} catch (error) {
		throw isMissing(error) ? new ImageChangedError(id, vdi.file, 'gone', {cause: error}) : error;
	}
}
