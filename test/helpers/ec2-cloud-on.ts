import type {Cloud} from '../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import {createEc2Cloud, type Ec2CloudOptions} from '../../source/engine/cloud/ec2/ec2-cloud.js';
import {systemClock} from '../../source/engine/host/system-clock.js';
import {type Ec2Server, testKeys} from './ec2-server/ec2-server.js';
import type {WorldImage} from './ec2-server/ec2-world.js';

/** What the server calls this machine. */
export const headnode = '192.0.2.17';

/** An adapter for a strict server; each call makes another one, as another process would have. */
export function ec2CloudOn(server: Ec2Server, changes: Partial<Ec2CloudOptions> = {}): Cloud {
	const {rules} = server.world.compute;
	return createEc2Cloud({
		name: 'strict',
		access: {region: 'us-east-1', keys: testKeys, ec2Url: server.url},
		traits: traitsOf('ec2'),
		clock: systemClock,
		headnode: async () => headnode,
		vcpuLimits: async types =>
			new Map(types.map(type => [type, {name: 'On-Demand Standard vCPUs', vcpus: rules.mostVcpus}])),
		...changes,
	});
}

export const strictAmi = 'ami-0000000000000abcd';

/** Puts an AMI there as a migration leaves one. */
export function addAmi(server: Ec2Server, changes: Partial<WorldImage> = {}): WorldImage {
	const image: WorldImage = {
		id: strictAmi,
		unseen: 0,
		name: 'worker',
		description: '',
		architecture: 'x86_64',
		virtualizationType: 'hvm',
		bootMode: 'legacy-bios',
		enaSupport: true,
		imdsSupport: 'v2.0',
		rootDeviceName: '/dev/xvda',
		snapshotId: 'snap-0000000000000abcd',
		volumeGib: 8,
		volumeType: 'gp3',
		// As others register AMIs: whoever does not say so keeps the disk.
		deleteOnTermination: false,
		tags: new Map(),
		launchPermissions: new Set(),
		createdAt: new Date(),
		...changes,
	};
	server.world.images.set(image.id, image);
	return image;
}
