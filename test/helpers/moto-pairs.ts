import {
	DescribeInstanceAttributeCommand,
	DescribeKeyPairsCommand,
	EC2Client,
	RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import type {Cloud, Instance} from '../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import {createEc2Cloud} from '../../source/engine/cloud/ec2/ec2-cloud.js';
import {systemClock} from '../../source/engine/host/system-clock.js';
import {sshdMachines} from './ec2-server/machines.js';
import type {MotoServer} from './moto-server.js';

/** What moto has no notion of, and a deployment on it therefore cannot show; the strict server does. */
export const motoLacks = [
	'machines behind its instances: an sshd is started for each, with the key pair and the user data that moto was given',
	'addresses of its instances that lead anywhere: those of the sshd processes are put in their place',
	'the end of an instance that switches itself off',
	'client tokens: the same one launches anew',
	'limits, zones without room, spot instances that are interrupted',
	'a delay until anything new is seen',
	'a bill',
] as const;

export type MotoPairs = {
	readonly cloud: Cloud;
	readonly client: EC2Client;
	readonly imageId: string;
	/** What was given to each machine, as moto has it. */
	readonly given: ReadonlyMap<string, {readonly userData: string; readonly publicKey: string}>;
	close(): Promise<void>;
};

/** The EC2 adapter on moto, where each instance that moto says is there is paired with a real sshd. */
export async function motoPairs(moto: MotoServer, folder: string): Promise<MotoPairs> {
	const machines = await sshdMachines(folder);
	const {endpoint, region, credentials} = moto;
	const client = new EC2Client({endpoint, region, credentials});
	const addresses = new Map<string, string>();
	const given = new Map<string, {readonly userData: string; readonly publicKey: string}>();
	const ec2 = createEc2Cloud({
		name: 'moto',
		access: {region, keys: credentials, ec2Url: endpoint},
		traits: traitsOf('ec2'),
		clock: systemClock,
		headnode: async () => '192.0.2.17',
		sshPort: machines.port,
		// Its list of all types takes seconds to make.
		patience: {attemptTimeoutMs: 300_000},
	});

	const switchOn = async ({id}: Instance, keyName: string) => {
		const {UserData} = await client.send(new DescribeInstanceAttributeCommand({InstanceId: id, Attribute: 'userData'}));
		const {KeyPairs: [pair] = []} = await client.send(
			new DescribeKeyPairsCommand({KeyNames: [keyName], IncludePublicKey: true}),
		);
		const boot = {
			userData: Buffer.from(UserData?.Value ?? '', 'base64').toString(),
			publicKey: pair?.PublicKey ?? '',
		};
		given.set(id, boot);
		addresses.set(id, await machines.start(id, {...boot, number: given.size}));
	};
	const paired = (instance: Instance): Instance => {
		const host = addresses.get(instance.id);
		return instance.state !== 'running' || host === undefined
			? instance
			: {...instance, privateAddress: host, ssh: {host, port: machines.port}};
	};
	const cloud: Cloud = {
		...ec2,
		async reserve(request) {
			const instances = await ec2.reserve(request);
			for (const instance of instances) {
				await switchOn(instance, request.owner.launchKey);
			}

			return instances.map(paired);
		},
		describe: async filter => (await ec2.describe(filter)).map(paired),
		async terminate(ids) {
			await ec2.terminate(ids);
			ids.forEach(machines.end);
		},
	};
	const {ImageId: imageId = ''} = await client.send(new RegisterImageCommand({Name: 'worker'}));
	return {
		cloud,
		client,
		imageId,
		given,
		async close() {
			client.destroy();
			await machines.close();
		},
	};
}
