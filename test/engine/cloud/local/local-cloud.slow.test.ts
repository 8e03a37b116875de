import {cloudSuite} from '../../../helpers/cloud-suite.js';
import {makeTinyCloud} from '../../../helpers/tiny-cloud.js';

cloudSuite('QEMU on this machine', async () => {
	const {cloud, image, again, close} = await makeTinyCloud();
	return {cloud, imageId: image.id, restart: async () => again(), close};
});
