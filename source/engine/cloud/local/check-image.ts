import {join} from 'node:path';
import {contentSum, isSameFile} from '../../host/file-identity.js';
import {isMissing} from '../../host/is-missing.js';
import {writeWhole} from '../../host/write-whole.js';
import {openVdi} from '../../images/open-vdi.js';
import {ImageChangedError} from './image-changed-error.js';
import {type LocalImage, localImageFolder, stampVdi, type VdiStamp} from './local-image.js';

/**
Makes sure that the VDI is the one that the AMI was made from. Where the system tells another file (it was copied back, or its disk
has another number after a reboot), the content decides, and the AMI remembers the file as it is now; so it does for an AMI of an
older version, which remembered less.

@returns The file as it is now.
@throws {ImageChangedError} When the VDI is gone or another one.
*/
export async function checkImage(cloudFolder: string, image: LocalImage): Promise<VdiStamp> {
	const {id, vdi} = image;
	try {
		const now = await stampVdi(vdi.file);
		if (now.sizeBytes !== vdi.sizeBytes) {
			throw changed(image, `it had ${vdi.sizeBytes} bytes and has ${now.sizeBytes}`);
		}

		if (vdi.identity && isSameFile(vdi.identity, now.identity)) {
			return now;
		}

		const sum = await sumOf(image, now);
		// Whoever writes while it is read changes what the system says of it.
		const after = await stampVdi(vdi.file);
		if (!isSameFile(after.identity, now.identity)) {
			throw changed(image, 'it was written to while it was looked at');
		}

		const known: LocalImage = {...image, vdi: {...vdi, ...now, sum}};
		const file = join(localImageFolder(cloudFolder, id), 'image.json');
		await writeWhole(file, `${JSON.stringify(known, undefined, '\t')}\n`);
		return now;
	} catch (error) {
		throw isMissing(error) ? new ImageChangedError(id, vdi.file, 'gone', {cause: error}) : error;
	}
}

/** @throws {ImageChangedError} When it is not the one that the AMI was made from. */
async function sumOf(image: LocalImage, now: VdiStamp): Promise<string> {
	const {vdi} = image;
	const sum = await contentSum(vdi.file);
	if (vdi.sum !== undefined && vdi.sum !== sum) {
		throw changed(image, `the sum of its content was ${vdi.sum.slice(0, 12)}… and is ${sum.slice(0, 12)}…`);
	}

	if (vdi.sum === undefined) {
		// All that older versions remembered.
		if (now.modifiedMs !== vdi.modifiedMs) {
			const [before, since] = [vdi.modifiedMs, now.modifiedMs].map(ms => new Date(ms).toISOString());
			throw changed(image, `it was last written to at ${before} and then at ${since}`);
		}

		const source = await openVdi(vdi.file);
		await source.close();
		if (source.fingerprint !== vdi.fingerprint) {
			const [before, since] = [vdi.fingerprint, source.fingerprint].map(text => text.slice(0, 12));
			throw changed(image, `its fingerprint was ${before} and is ${since}`);
		}
	}

	return sum;
}

const changed = ({id, vdi}: LocalImage, how: string) => new ImageChangedError(id, vdi.file, 'changed', {how});

/** Whether the VDI is, as far as one look tells, what it was: for lists. */
export async function seemsUnchanged({vdi}: LocalImage): Promise<boolean> {
	try {
		const now = await stampVdi(vdi.file);
		const isSame = vdi.identity && isSameFile(vdi.identity, now.identity);
		return now.sizeBytes === vdi.sizeBytes && (isSame === true || now.modifiedMs === vdi.modifiedMs);
	} catch (error) {
		if (isMissing(error)) {
			return false;
		}

		throw error;
	}
}
