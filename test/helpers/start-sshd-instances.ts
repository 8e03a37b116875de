import {mkdtemp, rm} from 'node:fs/promises';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Instance} from '../../source/engine/cloud/cloud.js';
import {userData} from '../../source/engine/deployments/user-data.js';
import {makeKeyPair} from '../../source/engine/ssh/make-key-pair.js';
import type {ShellTarget} from '../../source/engine/ssh/shell.js';
import {createSshdCloud, type SshdCloud, type SshdCloudOptions} from './sshd-cloud.js';

export type StartedInstances = {
	/** A temporary folder for whatever the test likes; the cloud is in it. */
	readonly folder: string;
	readonly cloud: SshdCloud;
	readonly instances: readonly Instance[];
	/** How to reach each of the instances, in order. */
	readonly targets: readonly ShellTarget[];
	/** Ends the instances and takes the folder away. */
	end(): Promise<void>;
};

/** Starts instances with real sshd and waits until each answers. */
export async function startSshdInstances(
	count: number,
	options: Omit<SshdCloudOptions, 'folder'> = {},
	imageId = 'ami-00000001',
): Promise<StartedInstances> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-sshd-'));
	const cloud = createSshdCloud({...options, folder: join(folder, 'cloud')});
	const [user, host] = [makeKeyPair('user'), makeKeyPair('host')];
	const owner = {installation: 'test', launchKey: 'shell.AAAAAA', publicKey: user.publicKey};
	await cloud.prepare(owner);
	const reserved = await cloud.reserve({
		clientToken: 'started',
		owner,
		role: 'Worker',
		imageId,
		instanceType: 'test.small',
		count,
		userData: userData([host]),
	});
	const instances = await whenRunning(
		cloud,
		reserved.map(({id}) => id),
	);
	const targets = instances.map(({ssh}, index) => ({
		name: `worker-${index + 1}`,
		host: ssh?.host ?? '',
		port: ssh?.port ?? 0,
		user: 'root',
		privateKey: user.privateKey,
		hostKeys: [host.publicKey],
	}));
	await Promise.all(targets.map(async target => whenAnswering(target)));
	return {
		folder,
		cloud,
		instances,
		targets,
		async end() {
			await cloud.destroy();
			await rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
		},
	};
}

/** For a machine that does many other things. */
const longestWaitMs = 60_000;

/** Waits for the state `running` of all. */
export async function whenRunning(cloud: SshdCloud, ids: readonly string[]): Promise<readonly Instance[]> {
	for (const end = Date.now() + longestWaitMs; Date.now() < end; ) {
		const instances = await cloud.describe({ids});
		if (instances.length === ids.length && instances.every(({state}) => state === 'running')) {
			return instances;
		}

		await sleep(5);
	}

	throw new Error(`These instances do not run: ${ids.join(' ')}`);
}

/** Waits for the first bytes of an sshd. */
export async function whenAnswering({host, port}: {host: string; port: number}): Promise<void> {
	for (const end = Date.now() + longestWaitMs; Date.now() < end; ) {
		const answers = await new Promise<boolean>(resolve => {
			const socket = connect(port, host);
			socket.once('data', () => resolve(true));
			socket.once('close', () => resolve(false));
			socket.once('error', () => resolve(false));
			socket.once('data', () => socket.destroy());
		});
		if (answers) {
			return;
		}

		await sleep(5);
	}

	throw new Error(`No sshd answers at ${host}:${port}`);
}
