import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createLocalCloud} from '../../../../source/engine/cloud/local/local-cloud.js';
import {cloudSuite} from '../../../helpers/cloud-suite.js';
import {makeTinyImage} from '../../../helpers/tiny-image.js';

cloudSuite('QEMU on this machine', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-local-'));
	const {id: imageId} = await makeTinyImage(folder, 'ami-0000abcd');
	const make = () =>
		createLocalCloud({folder, cpuOvercommit: 8, extraTypes: [{name: 'local.tiny', vcpus: 1, memoryMib: 64}]});
	return {
		cloud: make(),
		imageId,
		restart: async () => make(),
		async close() {
			await make().terminate(await readdir(join(folder, 'instances')));
			await rm(folder, {recursive: true, force: true});
		},
	};
});
