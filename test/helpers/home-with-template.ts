import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {type LocalImage, localImageFolder} from '../../source/engine/cloud/local/local-image.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {openStore} from '../../source/store/open-store.js';
import {temporaryFolder} from './temporary-folder.js';

export const amiId = 'ami-0000abcd';

/**
A data folder in which everything is defined that a deployment needs: image `tiny` (whose file is no disk), its AMI on the
local cloud, template `pair` with the roles Master (1) and Slave (2).
*/
export async function homeWithTemplate(t: TestContext): Promise<string> {
	const home = await temporaryFolder(t);
	const store = await openStore(home);
	const now = new Date().toISOString();
	const file = join(home, 'tiny.vdi');
	await writeFile(file, 'not a disk');
	await store.update(draft => {
		draft.images.push({
			name: 'tiny',
			file,
			addedAt: now,
			os: 'Tiny',
			architecture: 'x86_64',
			virtualBytes: 1048576,
			verdict: 'fits',
		});
		draft.amis.push({id: amiId, image: 'tiny', cloud: 'local', createdAt: now, virtualBytes: 1048576, migration: ''});
		draft.templates.push(
			templateSchema.parse({
				name: 'pair',
				roles: [
					{name: 'Master', image: 'tiny', asyncScripts: ['run'], downloads: ['/results']},
					{name: 'Slave', image: 'tiny', count: 2, startScripts: ['prepare']},
				],
			}),
		);
	});
	const image: LocalImage = {
		id: amiId,
		name: 'tiny',
		createdAt: now,
		virtualBytes: 1048576,
		tags: {},
		vdi: {file, sizeBytes: 1, modifiedMs: 1, fingerprint: 'tiny'},
		drivers: {virtio: true},
	};
	const folder = localImageFolder(join(home, 'local'), amiId);
	await mkdir(folder, {recursive: true});
	await writeFile(join(folder, 'image.json'), JSON.stringify(image));
	return home;
}
