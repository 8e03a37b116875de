import {mkdir, mkdtemp, open, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import type {DeploymentContext, Timing} from '../../source/engine/deployments/deployment-context.js';
import {systemClock} from '../../source/engine/host/system-clock.js';
import type {Journal} from '../../source/engine/jobs/journal.js';
import type {Monitor} from '../../source/engine/monitoring/monitor.js';
import {connectSsh2} from '../../source/engine/ssh/ssh2-shell.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {createSshdCloud, type SshdCloud} from './sshd-cloud.js';

/** Pauses are short; limits are for machines that do many other things. */
const quick: Partial<Timing> = {
	launchPollMs: 30,
	bootLimitMs: 180_000,
	reconnectPauseMs: 200,
	unreachableLimitMs: 90_000,
	scriptPollMs: 50,
	completionPollMs: 60,
	collectRetryMs: 200,
	terminateLimitMs: 180_000,
	settleMs: 200,
};

const noMonitor: Monitor = {begin: async () => undefined, fetch: async () => undefined, finish: async () => undefined};

/** Where one deployment on real sshd instances has everything, as every process that works on it finds it. */
export function sshdPlaces(root: string): {readonly folder: string; readonly cloud: SshdCloud} {
	return {folder: join(root, 'job'), cloud: createSshdCloud({folder: join(root, 'cloud')})};
}

export function sshdContext(
	root: string,
	deployment: Deployment,
	journal: Journal,
	cancel: AbortSignal = new AbortController().signal,
): DeploymentContext {
	return {
		...sshdPlaces(root),
		deployment,
		connect: connectSsh2,
		journal,
		monitor: noMonitor,
		clock: systemClock,
		cancel,
		timing: quick,
	};
}

/** As long as what is sent as one stream does not hide whether a hole stays one. */
export const holeBytes = 8 * 2 ** 20;

/** A temporary folder with an input to upload and a cloud, both gone after the test. */
export async function sshdRoot(t: TestContext): Promise<string> {
	const root = await mkdtemp(join(tmpdir(), 'd2cm-sshd-'));
	t.after(async () => endSshdRoot(root));
	await prepareSshdRoot(root);
	return root;
}

export async function prepareSshdRoot(root: string): Promise<void> {
	await mkdir(join(root, 'job'), {recursive: true, mode: 0o700});
	await mkdir(join(root, 'input', 'deep'), {recursive: true});
	await writeFile(join(root, 'input', 'deep', 'numbers'), '1 2 3\n');
	const strange = join(root, 'input', 'strange');
	await mkdir(join(strange, 'run-2'), {recursive: true});
	await writeFile(Buffer.concat([Buffer.from(`${strange}/r`), Buffer.from([0xe9]), Buffer.from('sultat')]), 'bytes\n');
	await writeFile(join(strange, 'two\nlines'), 'a name of two lines\n');
	await writeFile(join(strange, 'run-2', '-e\u0301'), 'deep\n');
	await symlink('run-2', join(strange, 'latest'));
	await symlink('nowhere', join(strange, 'run-2', 'broken'));
	const hole = await open(join(strange, 'hole'), 'w');
	await hole.truncate(holeBytes);
	await hole.write('the end', holeBytes - 7);
	await hole.close();
}

export async function endSshdRoot(root: string): Promise<void> {
	await sshdPlaces(root).cloud.destroy();
	await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
}

/** A master that logs in to its slave by name; every effect leaves a line in what is downloaded. */
export function sshdDeployment(
	root: string,
	changes: {readonly master?: object; readonly slave?: object; readonly leaseHours?: number} = {},
): Deployment {
	const role = (fields: object) => ({
		...roleSchema.parse({
			image: 'worker',
			startScripts: ['mkdir -p /root/out && echo started >>/root/out/starts'],
			downloads: ['/root/out'],
			...fields,
		}),
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		hourlyUsd: 0.01,
		user: 'root',
	});
	return {
		id: 'SSHD01',
		template: 'pi',
		launchKey: 'pi.SSHD01',
		installation: '00000000-0000-4000-8000-000000000002',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'sshd',
		problemSize: 42,
		maxRunMinutes: 5,
		holdMinutes: 1,
		leaseHours: changes.leaseHours ?? 24,
		roles: [
			role({
				name: 'Master',
				uploads: [{local: join(root, 'input'), remote: '/root/input'}],
				asyncScripts: [
					`echo ran >>/root/out/runs
ssh slave-1 hostname >/root/out/peer 2>&1
ssh "$(sed -n 2p "$D2C_MPI_HOSTFILE")" 'wc -l </tmp/d2c.context' >/root/out/hosts 2>&1
echo "$D2C_MPI_HOSTCOUNT $D2CM_ROLE $D2CM_INDEX $D2CM_PROBLEM_SIZE $(cat /root/input/deep/numbers)" >/root/out/facts
echo 'result = 6' >/root/log`,
				],
				doneChecks: [
					{kind: 'file', path: '/root/out/facts'},
					{kind: 'log', path: '/root/log', pattern: '^result = \\d+$'},
				],
				...changes.master,
			}),
			role({name: 'Slave', asyncScripts: ['echo "ran $D2CM_ROLE $D2CM_INDEX" >>/root/out/runs'], ...changes.slave}),
		],
	};
}

/** Without logins from node to node, each of which takes seconds of a slow machine. */
export function plainSshdDeployment(root: string): Deployment {
	return sshdDeployment(root, {
		master: {
			asyncScripts: [
				'echo ran >>/root/out/runs; cp -a /root/input/strange /root/out/; cp /root/input/deep/numbers /root/out/facts; echo "result = 6" >/root/log',
			],
		},
	});
}
