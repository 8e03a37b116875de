import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {
	DescribeInstancesCommand,
	DescribeKeyPairsCommand,
	DescribeSecurityGroupsCommand,
	DescribeVolumesCommand,
	type EC2Client,
	RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import {addAmi, strictAmi} from './ec2-cloud-on.js';
import {startSshdServer} from './ec2-deployment.js';
import {testKeys} from './ec2-server/ec2-server.js';
import {foreignAmis} from './guest-users.js';
import {type MotoFront, startMotoFront} from './moto-front.js';
import {startMotoServer} from './moto-server.js';

/** A cloud for the six instances, each of which is a real sshd. */
export type SixCloud = {
	readonly name: string;
	readonly url: string;
	readonly sshPort: number;
	readonly imageId: string;
	/** The smallest type that the AMI starts on. */
	readonly smallest: string;
	/** A temporary folder for the test. */
	readonly root: string;
	/** The types of all instances that ever ran. */
	ran(): Promise<readonly string[]>;
	/** What is there and costs money or was made for somebody, in words. */
	left(): Promise<readonly string[]>;
};

type Test = Pick<TestContext, 'after'>;

export async function strictSix(t: Test): Promise<SixCloud> {
	const {server, sshPort, root} = await startSshdServer(t);
	for (const {id, name, owner = ''} of Object.values(foreignAmis)) {
		addAmi(server, {id, name, owner, launchPermissions: new Set(['all'])});
	}

	return {
		name: 'strict',
		url: server.url,
		sshPort,
		imageId: strictAmi,
		smallest: 't3.micro',
		root,
		ran: async () => server.bill().map(({instanceType}) => instanceType),
		left: async () => server.liveResources(),
	};
}

export async function motoSix(t: Test): Promise<SixCloud & {readonly front: MotoFront}> {
	const root = await mkdtemp(join(tmpdir(), 'd2cm-moto-'));
	const moto = await startMotoServer(Object.values(foreignAmis));
	const front = await startMotoFront({...moto, credentials: testKeys}, join(root, 'machines'));
	t.after(async () => {
		await front.close();
		await moto.end();
		await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
	});
	const {client, url, sshPort} = front;
	const {ImageId: imageId = ''} = await client.send(new RegisterImageCommand({Name: 'worker'}));
	return {
		name: 'moto',
		url,
		sshPort,
		imageId,
		// Its AMIs boot by UEFI, and t2.nano, as small, does not.
		smallest: 't3.nano',
		root,
		front,
		ran: async () => (await instancesOf(client)).map(({InstanceType = ''}) => InstanceType),
		left: async () => leftIn(client),
	};
}

export async function instancesOf(client: EC2Client) {
	const {Reservations = []} = await client.send(new DescribeInstancesCommand({}));
	return Reservations.flatMap(({Instances = []}) => Instances);
}

async function leftIn(client: EC2Client): Promise<readonly string[]> {
	const instances = await instancesOf(client);
	const {Volumes = []} = await client.send(new DescribeVolumesCommand({}));
	const {SecurityGroups = []} = await client.send(new DescribeSecurityGroupsCommand({}));
	const {KeyPairs = []} = await client.send(new DescribeKeyPairsCommand({}));
	return [
		...instances
			.filter(({State}) => State?.Name !== 'terminated')
			.map(({State, InstanceId}) => `${State?.Name} instance ${InstanceId}`),
		...Volumes.map(({VolumeId}) => `volume ${VolumeId}`),
		...SecurityGroups.filter(({GroupName}) => GroupName !== 'default').map(
			({GroupName}) => `security group ${GroupName}`,
		),
		...KeyPairs.map(({KeyName}) => `key pair ${KeyName}`),
	];
}
