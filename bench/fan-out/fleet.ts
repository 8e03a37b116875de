import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Instance} from '../../source/engine/cloud/cloud.js';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {deploymentHostKeys, deploymentKeys} from '../../source/engine/deployments/deployment-keys.js';
import {userData} from '../../source/engine/deployments/user-data.js';
import {knownHostsLine} from '../../source/engine/ssh/known-hosts-line.js';
import {makeRsaKeyPair} from '../../source/engine/ssh/make-key-pair.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {createSshdCloud} from '../../test/helpers/sshd-cloud.js';
import {whenAnswering, whenRunning} from '../../test/helpers/start-sshd-instances.js';

/** Instances with real sshd, and what all peers do on them. */
export type Fleet = {
	/** Everything is in here: data/, key, known_hosts, hosts, deployment/. */
	readonly folder: string;
	readonly deployment: Deployment;
	readonly instances: readonly Instance[];
	/** Processor time of all that ran in the instances so far, in milliseconds. */
	serverCpuMs(): number;
	/** Takes away what a peer left on the instances. */
	clean(): Promise<void>;
	end(): Promise<void>;
};

export const resultBytes = 1_000_000;
const smallFiles = 10;

/** What the instances run in the background: takes a moment, so that everybody has to ask more than once. */
const asyncCommand = 'sh /root/folder/run.sh';
const asyncScript = 'sleep 0.3\ncat /root/up1m >/root/result\n';

export const startCommands = ['echo one >>/root/order', 'echo two >>/root/order'];

export async function startFleet(count: number): Promise<Fleet> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-fan-out-'));
	const cloud = createSshdCloud({folder: join(folder, 'cloud'), mostInstances: count, diskSize: '64m'});
	const deployment = describeDeployment(folder, count);
	await makeData(join(folder, 'data'));
	const keys = await deploymentKeys(join(folder, 'deployment'), deployment);
	const hostKeys = await deploymentHostKeys(join(folder, 'deployment'), deployment, {
		isReserved: () => false,
		rsaKey: async () => makeRsaKeyPair(deployment.launchKey),
	});
	const pairs = [...hostKeys.values()].flat();
	const owner = {installation: 'bench', launchKey: deployment.launchKey, publicKey: keys.login.publicKey};
	await cloud.prepare(owner);
	const reserved = await cloud.reserve({
		clientToken: 'fleet',
		owner,
		role: 'Worker',
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		count,
		userData: userData(pairs),
	});
	const instances = await whenRunning(
		cloud,
		reserved.map(({id}) => id),
	);
	const hosts = instances.flatMap(({ssh}) => ssh ?? []);
	await Promise.all(hosts.map(async host => whenAnswering(host)));
	const [port = 22] = hosts.map(host => host.port);
	await writeFile(join(folder, 'key'), keys.login.privateKey, {mode: 0o600});
	await writeFile(join(folder, 'port'), String(port));
	await writeFile(join(folder, 'hosts'), hosts.map(({host}) => `${host}\n`).join(''));
	await writeFile(
		join(folder, 'known_hosts'),
		hosts.flatMap(({host}) => pairs.map(({publicKey}) => knownHostsLine(host, port, publicKey))).join(''),
	);
	const rootOf = (id: string) => cloud.insidePath(id, '/');
	const initOf = (id: string) => rootOf(id).split('/')[2] ?? '';
	const inits = instances.map(({id}) => initOf(id));
	return {
		folder,
		deployment,
		instances,
		serverCpuMs: () => inits.reduce((sum, pid) => sum + cpuMsOf(pid), 0),
		async clean() {
			await whenQuiet(inits);
			for (const {id} of instances) {
				for (const part of ['folder', 'up1m', 'result', 'order', 'code', 'pid', 'out', 'err', '.ssh/config']) {
					await rm(join(rootOf(id), 'root', part), {recursive: true, force: true});
				}

				await rm(join(rootOf(id), 'var/tmp/d2cm'), {recursive: true, force: true});
				await rm(join(rootOf(id), 'tmp/d2c.context'), {force: true});
				await writeFile(join(rootOf(id), 'etc/hosts'), '127.0.0.1 localhost\n');
			}
		},
		async end() {
			await cloud.destroy();
			await rm(folder, {recursive: true, force: true});
		},
	};
}

/** A fresh folder for a job, with the keys the instances know. */
export async function freshJob({folder}: Fleet, name: string): Promise<string> {
	const job = join(folder, name);
	await rm(job, {recursive: true, force: true});
	await cp(join(folder, 'deployment'), job, {recursive: true});
	return job;
}

async function makeData(data: string): Promise<void> {
	await mkdir(join(data, 'folder'), {recursive: true});
	await writeFile(join(data, 'up1m'), randomBytes(resultBytes));
	await writeFile(join(data, 'folder', 'run.sh'), asyncScript);
	for (let index = 1; index < smallFiles; index++) {
		await writeFile(join(data, 'folder', `file-${index}`), randomBytes(4096));
	}
}

function describeDeployment(folder: string, count: number): Deployment {
	const data = join(folder, 'data');
	return {
		id: 'BENCH1',
		template: 'fan-out',
		launchKey: 'fan-out.BENCH1',
		installation: 'bench',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'bench',
		problemSize: 1,
		maxRunMinutes: 10,
		holdMinutes: 1,
		roles: [
			{
				...roleSchema.parse({
					name: 'Worker',
					image: 'worker',
					count,
					uploads: [
						{local: join(data, 'up1m'), remote: '/root/up1m'},
						{local: join(data, 'folder'), remote: '/root/folder'},
					],
					startScripts: startCommands,
					asyncScripts: [asyncCommand],
					downloads: ['/root/result'],
				}),
				imageId: 'ami-00000001',
				instanceType: 'test.small',
				hourlyUsd: 0.01,
				user: 'root',
			},
		],
	};
}

/** Until the sshd of every instance has no connection and no daemon any more, whose cost would count later. */
async function whenQuiet(inits: readonly string[]): Promise<void> {
	for (let tries = 0; inits.some(pid => childrenOf(pid) !== '') && tries < 500; tries++) {
		await sleep(20);
	}
}

const childrenOf = (pid: string) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();

const msPerTick = 10;

function cpuMsOf(pid: string): number {
	const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * msPerTick;
}
