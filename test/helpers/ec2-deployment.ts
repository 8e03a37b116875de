import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {addAmi, strictAmi} from './ec2-cloud-on.js';
import {type Ec2Server, startEc2Server} from './ec2-server/ec2-server.js';
import {sshdMachines} from './ec2-server/machines.js';

export type SshdServer = {
	readonly server: Ec2Server;
	/** Where the sshd of its instances listens. */
	readonly sshPort: number;
	/** A temporary folder for the test. */
	readonly root: string;
};

/** A strict server with an AMI, whose instances are real sshd processes; all gone after the test. */
export async function startSshdServer(t: Pick<TestContext, 'after'>): Promise<SshdServer> {
	const root = await mkdtemp(join(tmpdir(), 'd2cm-ec2-'));
	await mkdir(join(root, 'job'), {mode: 0o700});
	const machines = await sshdMachines(join(root, 'machines'));
	const server = await startEc2Server({machines});
	t.after(async () => {
		await server.close();
		await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
	});
	addAmi(server);
	return {server, sshPort: machines.port, root};
}

/** What each role is to do: 3 roles, 6 instances, each of which leaves a result that names it. */
export const sixInstances = [
	{
		name: 'Master',
		count: 1,
		asyncScripts: [
			'mkdir -p /root/out; ssh -o BatchMode=yes worker-3 hostname >/root/out/peer 2>&1; wc -l </tmp/d2c.context >/root/out/hosts; echo "$D2C_MPI_HOSTCOUNT" >/root/out/count',
		],
		doneChecks: [{kind: 'file', path: '/root/out/count'}],
	},
	{name: 'Worker', count: 3},
	{name: 'Store', count: 2},
].map(role => ({
	image: 'worker',
	startScripts: ['mkdir -p /root/out && echo "$D2CM_ROLE $D2CM_INDEX" >>/root/out/started'],
	asyncScripts: ['sleep 0.1; echo "result $D2CM_ROLE $D2CM_INDEX $D2CM_PROBLEM_SIZE" >/root/out/result'],
	downloads: ['/root/out'],
	...role,
}));

export function ec2Deployment(): Deployment {
	return {
		id: 'EC2SIX',
		template: 'pi',
		launchKey: 'pi.EC2SIX',
		installation: '00000000-0000-4000-8000-000000000003',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'strict',
		problemSize: 42,
		maxRunMinutes: 5,
		holdMinutes: 1,
		roles: sixInstances.map(role => ({
			...roleSchema.parse(role),
			imageId: strictAmi,
			instanceType: role.name === 'Master' ? 'm5.large' : 't3.micro',
			hourlyUsd: 0.01,
			user: 'root',
		})),
	};
}
