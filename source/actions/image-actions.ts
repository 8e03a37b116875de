import {resolve} from 'node:path';
import {identityOf} from '../engine/host/file-identity.js';
import {imageNameSchema, nameSchema} from '../store/database.js';
import {InvalidEntryError} from '../store/invalid-entry-error.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {StillUsedError} from './errors/still-used-error.js';
import {findNamed, removeNamed, replaceNamed} from './named-entries.js';

type ImageActions = Pick<D2cm, 'inspect' | 'exposure' | 'addImage' | 'removeImage'>;

/** Images: VDIs known by a name. */
export function imageActions({store, changed}: ActionContext): ImageActions {
	const inspect: ImageActions['inspect'] = async file => {
		const {inspectImage} = await import('../engine/images/inspect-image.js');
		return inspectImage(resolve(file));
	};

	return {
		inspect,
		exposure: async file => (await import('../engine/images/open-guest.js')).exposureOf(resolve(file)),
		async addImage(name, file) {
			// One that has an older name stays as it is.
			const isKnown = store.data().images.some(image => image.name === name);
			const schema = isKnown ? nameSchema : imageNameSchema;
			const problem = schema.safeParse(name).error?.issues[0]?.message;
			if (problem !== undefined) {
				throw new InvalidEntryError(`The name ${JSON.stringify(name)} ${problem}.`);
			}

			const report = await inspect(file);
			const image = {
				name,
				file: report.file,
				addedAt: new Date().toISOString(),
				fingerprint: report.fingerprint,
				identity: await identityOf(report.file),
				os: report.os.name,
				architecture: report.architecture,
				virtualBytes: report.vdi.virtualBytes,
				verdict: report.verdict,
			};
			await store.update(draft => {
				const other = draft.images.find(known => known.name === name && known.file !== image.file);
				if (other) {
					throw new InvalidEntryError(`There is an image ${name} already: ${other.file}.`);
				}

				replaceNamed(draft.images, image);
			});
			changed();
			return image;
		},
		async removeImage(name) {
			await store.update(draft => {
				findNamed('image', draft.images, name);
				const users = draft.templates.filter(({roles}) => roles.some(({image}) => image === name));
				if (users.length > 0) {
					throw new StillUsedError(
						`Image ${name}`,
						users.map(template => `template ${template.name}`),
					);
				}

				removeNamed('image', draft.images, name);
			});
			changed();
		},
	};
}
