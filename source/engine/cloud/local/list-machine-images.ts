import type {MachineImage} from '../cloud.js';
import {seemsUnchanged} from './check-image.js';
import {listLocalImages} from './local-image.js';

/** The AMIs of the local cloud; one that cannot be started any more is `failed`. */
export async function listMachineImages(cloudFolder: string): Promise<readonly MachineImage[]> {
	const {images, damaged} = await listLocalImages(cloudFolder);
	const sound = images.map(async image => ({
		id: image.id,
		name: image.name,
		state: (await seemsUnchanged(image)) ? ('available' as const) : ('failed' as const),
		virtualBytes: image.virtualBytes,
		createdAt: image.createdAt,
		tags: image.tags,
	}));
	const unreadable = damaged.map(id => ({
		id,
		name: id,
		state: 'failed' as const,
		virtualBytes: 0,
		createdAt: new Date(0).toISOString(),
		tags: {},
	}));
	return [...(await Promise.all(sound)), ...unreadable];
}
