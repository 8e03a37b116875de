import {randomUUID} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Cloud, type ReserveRequest, tagNames} from '../../source/engine/cloud/cloud.js';
import {listInstanceIds} from '../../source/engine/cloud/local/instance-record.js';
import {createLocalCloud, type LocalCloudOptions} from '../../source/engine/cloud/local/local-cloud.js';
import type {LocalImage} from '../../source/engine/cloud/local/local-image.js';
import {type Ending, makeTinyImage} from './tiny-image.js';

export type TinyCloud = {
	readonly folder: string;
	readonly cloud: Cloud;
	readonly image: LocalImage;
	/** Another look at the same cloud, as a later process would have it. */
	again(options?: Partial<LocalCloudOptions>): Cloud;
	request(changes?: Partial<ReserveRequest>): ReserveRequest;
	close(): Promise<void>;
};

/** A local cloud of its own in a new folder, with an AMI of one boot sector. */
export async function makeTinyCloud(ending?: Ending, below = ''): Promise<TinyCloud> {
	const top = await mkdtemp(join(tmpdir(), 'd2cm-local-'));
	const folder = join(top, below, 'local');
	const image = await makeTinyImage(folder, 'ami-0000abcd', ending);
	const again = (options: Partial<LocalCloudOptions> = {}) =>
		createLocalCloud({
			folder,
			cpuOvercommit: 8,
			extraTypes: [{name: 'local.tiny', vcpus: 1, memoryMib: 64}],
			...options,
		});
	return {
		folder,
		cloud: again(),
		image,
		again,
		request: (changes = {}) => ({
			clientToken: randomUUID(),
			owner: {installation: randomUUID(), launchKey: 'tiny.ABC123', publicKey: 'ssh-ed25519 AAAA tiny'},
			role: 'worker',
			imageId: image.id,
			instanceType: 'local.tiny',
			count: 1,
			userData: '#cloud-config\n',
			...changes,
		}),
		async close() {
			await again().terminate(await listInstanceIds(folder));
			await rm(top, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
		},
	};
}

export const tagsOf = ({owner}: ReserveRequest): Record<string, string> => ({
	[tagNames.installation]: owner.installation,
	[tagNames.deployment]: owner.launchKey,
});
