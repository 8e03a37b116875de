import type {TestContext} from 'node:test';
import type {Cloud, Owner, ReserveRequest} from '../../source/engine/cloud/cloud.js';
import type {Ec2CloudOptions} from '../../source/engine/cloud/ec2/ec2-cloud.js';
import type {Clock} from '../../source/engine/host/clock.js';
import {addAmi, ec2CloudOn, strictAmi} from './ec2-cloud-on.js';
import {type Ec2Server, startEc2Server} from './ec2-server/ec2-server.js';
import type {InstanceRules} from './ec2-server/instance-world.js';
import {steppedClock} from './stepped-clock.js';

export const trialOwner: Owner = {
	installation: '00000000-0000-4000-8000-000000000004',
	launchKey: 'pi.TRIAL1',
	publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFyLxYoXY1oPOKNvSbBFfzE0NFh0bIBOP0PzBNzXIAwt d2cm',
};

export const trialTags = {
	'd2cm:installation': trialOwner.installation,
	'd2cm:deployment': trialOwner.launchKey,
};

export const trialRequest: ReserveRequest = {
	clientToken: 'token-1',
	owner: trialOwner,
	role: 'Worker',
	imageId: strictAmi,
	instanceType: 'm5.large',
	count: 2,
	userData: '#cloud-config\n',
};

export type Ec2Trial = {
	readonly server: Ec2Server;
	readonly rules: InstanceRules;
	readonly clock: Clock;
	/** The adapter as another process would have it: with nothing remembered. */
	process(changes?: Partial<Ec2CloudOptions>): Cloud;
	/** Ends all there is as a deployment does, in a process of its own. */
	release(cloud: Cloud): Promise<void>;
};

/** A strict server with an AMI and instances on paper, in a time of its own. */
export async function ec2Trial(t: TestContext, changes: Partial<InstanceRules> = {}): Promise<Ec2Trial> {
	const clock = steppedClock();
	const server = await startEc2Server({
		rules: {now: () => clock.now().getTime(), pendingMs: 5000, shuttingDownMs: 20_000, ...changes},
	});
	t.after(async () => server.close());
	addAmi(server);
	return {
		server,
		rules: server.world.compute.rules,
		clock,
		process: options => ec2CloudOn(server, {clock, ...options}),
		async release(cloud) {
			const instances = await cloud.describe({tags: trialTags});
			await cloud.terminate(instances.map(({id}) => id));
			await cloud.cleanUp(trialOwner);
		},
	};
}
