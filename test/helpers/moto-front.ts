import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {buffer} from 'node:stream/consumers';
import {
	DescribeInstanceAttributeCommand,
	DescribeInstanceTypesCommand,
	DescribeKeyPairsCommand,
	EC2Client,
} from '@aws-sdk/client-ec2';
import {sshdMachines} from './ec2-server/machines.js';
import type {MotoServer} from './moto-server.js';

/** What moto has no notion of, and a deployment on it therefore cannot show; the strict server does. */
export const motoLacks = [
	'machines behind its instances: an sshd is started for each, with the key pair and the user data that moto was given',
	'addresses of its instances that lead anywhere: those of the sshd processes are put in their place',
	'whether an AMI has ENA: each is said to have it, as those of migrations do',
	'the end of an instance that switches itself off',
	'client tokens: the same one launches anew',
	'limits, zones without room, spot instances that are interrupted',
	'a delay until anything new is seen',
	'a bill',
] as const;

export type MotoFront = {
	/** Moto's EC2, where each instance has a real sshd at the address that is told. */
	readonly url: string;
	readonly sshPort: number;
	/** Of moto itself. */
	readonly client: EC2Client;
	/** What each machine was started with, as moto has it. */
	readonly given: ReadonlyMap<string, {readonly userData: string; readonly publicKey: string}>;
	close(): Promise<void>;
};

/** An HTTP server before moto that starts an sshd for each instance moto launches, and ends it with the instance. */
export async function startMotoFront({endpoint, region, credentials}: MotoServer, folder: string): Promise<MotoFront> {
	const machines = await sshdMachines(folder);
	const client = new EC2Client({endpoint, region, credentials});
	const given: Map<string, {readonly userData: string; readonly publicKey: string}> = new Map();
	const addresses = new Map<string, string>();

	const switchOn = async (id: string, {keyName, imageId}: {keyName: string; imageId: string}) => {
		const {UserData} = await client.send(new DescribeInstanceAttributeCommand({InstanceId: id, Attribute: 'userData'}));
		const {KeyPairs: [pair] = []} = await client.send(
			new DescribeKeyPairsCommand({KeyNames: [keyName], IncludePublicKey: true}),
		);
		const userData = Buffer.from(UserData?.Value ?? '', 'base64').toString();
		const boot = {userData, publicKey: pair?.PublicKey ?? ''};
		given.set(id, boot);
		addresses.set(id, await machines.start(id, {...boot, imageId, number: given.size}));
	};
	const types = new Map<string, string>();
	const answer = async (near: IncomingMessage, response: ServerResponse) => {
		const body = await buffer(near);
		const question = new URLSearchParams(body.toString());
		const known = types.get(`${question}`);
		if (known !== undefined) {
			response.writeHead(200, {'content-type': 'text/xml'}).end(known);
			return;
		}

		const {authorization = '', 'content-type': type = ''} = near.headers;
		const far = await fetch(`${endpoint}${near.url}`, {
			method: near.method ?? 'GET',
			headers: {authorization, 'content-type': type},
			...(body.length > 0 && {body}),
		});
		const text = await far.text();
		if (far.ok && question.get('Action') === 'RunInstances') {
			await Promise.all(
				instanceIds(text).map(async id =>
					switchOn(id, {keyName: question.get('KeyName') ?? '', imageId: question.get('ImageId') ?? ''}),
				),
			);
		} else if (far.ok && question.get('Action') === 'TerminateInstances') {
			instanceIds(text).forEach(machines.end);
		} else if (far.ok && question.get('Action') === 'DescribeInstanceTypes') {
			types.set(`${question}`, text);
		}

		response.writeHead(far.status, {'content-type': far.headers.get('content-type') ?? 'text/xml'});
		const isImages = question.get('Action') === 'DescribeImages';
		response.end(isImages ? withEna(text) : withAddresses(text, addresses));
	};

	const server = createServer((near, response) => {
		answer(near, response).catch(() => response.destroy());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
	// Moto makes the list of all anew for each question, which takes it longer than anybody waits where the machine is busy.
	await new EC2Client({endpoint: url, region, credentials}).send(new DescribeInstanceTypesCommand({}));
	return {
		url,
		sshPort: machines.port,
		client,
		given,
		async close() {
			server.close();
			server.closeAllConnections();
			client.destroy();
			await machines.close();
		},
	};
}

function instanceIds(xml: string): readonly string[] {
	return [...xml.matchAll(/<instanceId>([^<]+)</g)].map(([, id = '']) => id);
}

const withEna = (xml: string) => xml.replace(/<imageId>/g, '<enaSupport>true</enaSupport>$&');

function withAddresses(xml: string, addresses: ReadonlyMap<string, string>): string {
	return xml.replace(/<instanceId>([^<]+)<[\s\S]*?(?=<instanceId>|$)/g, (instance, id: string) => {
		const address = addresses.get(id);
		return address === undefined
			? instance
			: instance.replace(/<(privateIpAddress|ipAddress|publicIp)>[^<]*</g, `<$1>${address}<`);
	});
}
