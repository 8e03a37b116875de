import type {DeploymentView, JobSummary, Orphans} from '../../source/actions/d2cm.js';
import type {Instance, InstanceType} from '../../source/engine/cloud/cloud.js';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import type {ImageReport} from '../../source/engine/images/image-report.js';
import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {type Database, databaseSchema} from '../../source/store/database.js';

/** The time at which all golden frames are taken. */
export const fakeNow = Date.parse('2026-11-22T12:00:00Z');

export const fakeTypes: readonly InstanceType[] = [
	{name: 'local.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0},
	{name: 'local.medium', vcpus: 2, memoryMib: 1024, hourlyUsd: 0},
	{name: 'local.large', vcpus: 4, memoryMib: 2048, hourlyUsd: 0},
];

export const fakeTemplate = templateSchema.parse({
	name: 'pi',
	description: 'Counts digits of pi on all nodes',
	roles: [
		{
			name: 'Master',
			image: 'worker',
			count: 1,
			uploads: [{local: '/home/ada/pi', remote: '/root/pi'}],
			startScripts: ['tar -xf /root/pi/input.tar -C /root'],
			asyncScripts: ['/root/pi/master.sh $D2CM_PROBLEM_SIZE'],
			doneChecks: [{kind: 'file', path: '/root/pi/done'}],
			downloads: ['/root/pi/result.txt'],
			monitoring: true,
		},
		{
			name: 'Slave',
			image: 'worker',
			count: 2,
			startScripts: ['mkdir -p /root/work'],
			asyncScripts: ['/root/pi/slave.sh'],
			doneChecks: [{kind: 'log', path: '/root/slave.log', pattern: '^finished$'}],
			downloads: ['/root/slave.log'],
			spot: true,
			otherTypes: ['local.large'],
		},
	],
});

export function fakeDatabase(): Database {
	return databaseSchema.parse({
		version: 1,
		installation: '6f1c1f0e-5b6a-4c33-9d53-0a3c5d2f7a10',
		credentials: [
			{
				name: 'lab',
				userId: '123456789012',
				accessKey: 'AKIAEXAMPLE',
				secretKey: 'never-shown',
				certificate: '/home/ada/cert.pem',
			},
		],
		clouds: [
			{name: 'local', kind: 'local'},
			{
				name: 'sci',
				kind: 'eucalyptus',
				region: 'tartu',
				ec2Url: 'https://sci.example.org:8773/services/Eucalyptus',
				s3Url: 'https://sci.example.org:8773/services/Walrus',
				credential: 'lab',
			},
		],
		images: [
			{
				name: 'worker',
				file: '/home/ada/VirtualBox VMs/worker/worker.vdi',
				addedAt: '2026-11-20T09:30:00Z',
				os: 'Debian GNU/Linux 12',
				architecture: 'x86_64',
				virtualBytes: 21_474_836_480,
				verdict: 'will-be-fixed',
			},
			{
				name: 'windows',
				file: '/home/ada/VirtualBox VMs/win/win.vdi',
				addedAt: '2026-11-20T09:31:00Z',
				os: 'unknown',
				architecture: 'unknown',
				virtualBytes: 53_687_091_200,
				verdict: 'cannot-run',
			},
		],
		amis: [
			{
				id: 'ami-0a1b2c3d',
				image: 'worker',
				cloud: 'local',
				createdAt: '2026-11-20T09:40:00Z',
				virtualBytes: 21_474_836_480,
				migration: 'mig-00000001',
			},
		],
		kernels: [
			{
				id: 'aki-11111111',
				kind: 'kernel',
				cloud: 'sci',
				name: 'linux 3.2 xen',
				architecture: 'x86_64',
				recommendedRamdisk: 'ari-22222222',
			},
			{id: 'ari-22222222', kind: 'ramdisk', cloud: 'sci', name: 'initrd 3.2', architecture: 'x86_64'},
		],
		templates: [fakeTemplate],
		deployments: [
			{id: 'ABC123', template: 'pi', cloud: 'local', problemSize: 1000, createdAt: '2026-11-22T11:50:00Z'},
			{id: 'DEAD99', template: 'pi', cloud: 'local', problemSize: 500, createdAt: '2026-11-22T10:00:00Z'},
			{id: 'OLD777', template: 'pi', cloud: 'local', problemSize: 100, createdAt: '2026-11-21T10:00:00Z'},
		],
		migrations: [{id: 'mig-00000001', image: 'worker', cloud: 'local', createdAt: '2026-11-20T09:39:00Z'}],
	});
}

/** Of an interrupted deployment and of one nobody knows any more; and a cloud that cannot be asked. */
export const fakeOrphans: Orphans = {
	found: [
		{
			cloud: 'local',
			kind: 'instance',
			id: 'i-0123456789abcdef0',
			launchKey: 'pi.DEAD99',
			instance: {
				id: 'i-0123456789abcdef0',
				state: 'running',
				instanceType: 'm5.large',
				imageId: 'ami-0a1b2c3d',
				launchedAt: '2026-11-22T10:00:00Z',
				clientToken: '',
				tags: {},
			},
			hours: 2,
			costUsd: 0.192,
		},
		{cloud: 'local', kind: 'security group', id: 'sg-0123456789abcdef0', launchKey: 'pi.DEAD99'},
		{cloud: 'local', kind: 'key pair', id: 'pi.GONE55', launchKey: 'pi.GONE55'},
	],
	unasked: [{cloud: 'sci', why: 'The cloud sci does not answer (ec2:DescribeInstances).'}],
	mayRun: [],
};

const folder = '/home/ada/.d2c';

export function fakeJobs(): JobSummary[] {
	const deployment = (id: string, createdAt: string, state: string, rest: Partial<JobSummary>): JobSummary => ({
		id,
		kind: 'deployment',
		title: `pi.${id}`,
		cloud: 'local',
		createdAt,
		state,
		alive: false,
		folder: `${folder}/deployments/pi/${id}`,
		damages: [],
		...rest,
	});
	const ran = (problemSize: number, durationSeconds: number, costUsd: number | null) => ({
		problemSize,
		durationSeconds,
		costUsd,
	});
	return [
		deployment('ABC123', '2026-11-22T11:50:00Z', 'ROLES_STARTED', {...ran(1000, 600, 0), alive: true}),
		deployment('DEAD99', '2026-11-22T10:00:00Z', 'LAUNCHING_INSTANCES', ran(500, 7200, null)),
		deployment('OLD777', '2026-11-21T10:00:00Z', 'COMPLETED', {...ran(100, 754, 1.2345), end: {state: 'COMPLETED'}}),
		{
			id: 'mig-00000001',
			kind: 'migration',
			title: 'worker',
			cloud: 'local',
			createdAt: '2026-11-20T09:39:00Z',
			state: 'COMPLETED',
			end: {state: 'COMPLETED'},
			alive: false,
			folder: `${folder}/migrations/mig-00000001`,
			damages: [],
		},
	];
}

export function fakeDeployment(id: string, createdAt = '2026-11-22T11:50:00Z', problemSize = 1000): Deployment {
	return {
		id,
		template: 'pi',
		launchKey: `pi.${id}`,
		installation: '6f1c1f0e-5b6a-4c33-9d53-0a3c5d2f7a10',
		createdAt,
		cloud: 'local',
		problemSize,
		roles: fakeTemplate.roles.map(role => ({
			...role,
			imageId: 'ami-0a1b2c3d',
			instanceType: 'local.small',
			hourlyUsd: 0,
			user: 'root',
		})),
		maxRunMinutes: 1440,
		holdMinutes: 60,
	};
}

export function fakeView(summary: JobSummary): DeploymentView {
	const node = (name: string, role: string, index: number): DeploymentView['nodes'][number] => {
		const instance: Instance = {
			id: `i-0000000${index}`,
			state: summary.end === undefined ? 'running' : 'terminated',
			imageId: 'ami-0a1b2c3d',
			instanceType: 'local.small',
			clientToken: `pi.${summary.id}-${role}`,
			tags: {},
			launchedAt: '2026-11-22T11:51:00Z',
			privateAddress: `10.77.0.${index + 2}`,
			ssh: {host: '127.0.0.1', port: 22_000 + index},
		};
		return {name, role, instance};
	};
	return {
		summary,
		definition: fakeDeployment(summary.id, summary.createdAt),
		state: summary.state as DeploymentView['state'],
		nodes: [node('master-1', 'Master', 1), node('slave-1', 'Slave', 2), node('slave-2', 'Slave', 3)],
		results:
			summary.end === undefined
				? []
				: [
						{path: 'Master/i-00000001/root/pi/result.txt', bytes: 123_456},
						{path: 'Slave/i-00000002/root/slave.log', bytes: 812},
						{path: 'Slave/i-00000003/root/slave.log', bytes: 790},
					],
	};
}

export function fakeRecords(kind: JobSummary['kind']): JournalRecord[] {
	const at = (index: number) => new Date(Date.parse('2026-11-22T11:50:00Z') + index * 7000).toISOString();
	const event = (message: string, rest: Partial<Extract<JournalEntry, {kind: 'event'}>> = {}): JournalEntry => ({
		kind: 'event',
		level: 'info',
		message,
		...rest,
	});
	const entries: JournalEntry[] =
		kind === 'migration'
			? [
					{kind: 'owner', pid: 4242, version: '0.1.0'},
					{kind: 'state', state: 'fix-up'},
					event('Making an overlay of worker.vdi'),
					event('fstab: swap by device is left out'),
					{kind: 'progress', task: 'Copying blocks', done: 400_000_000, total: 1_000_000_000, unit: 'bytes'},
				]
			: [
					{kind: 'owner', pid: 4242, version: '0.1.0'},
					{kind: 'state', state: 'NOT_RUN'},
					event('Creating session key'),
					{kind: 'state', state: 'LAUNCHING_INSTANCES'},
					event('Reserving 1 instance(s) of ami-0a1b2c3d with launchKey pi.ABC123', {role: 'Master'}),
					event('Reserving 2 instance(s) of ami-0a1b2c3d with launchKey pi.ABC123', {role: 'Slave'}),
					{kind: 'state', state: 'INSTANCES_LAUNCHED'},
					event('Contextualizing Instances'),
					event('SSH did not answer yet, trying again', {level: 'warning', role: 'Slave', instance: 'slave-2'}),
					{kind: 'state', state: 'ROLES_CONTEXTUALIZED'},
					event('Starting roles'),
					event('Executing: /root/pi/master.sh 1000', {role: 'Master', instance: 'master-1'}),
					{kind: 'state', state: 'ROLES_STARTED'},
				];
	return entries.map((entry, index) => ({...entry, seq: index + 1, at: at(index)}));
}

export function fakeReport(file: string): ImageReport {
	const root = {
		number: 1,
		startBytes: 1_048_576,
		sizeBytes: 20_000_000_000,
		type: '83',
		fileSystem: 'ext4',
		uuid: '0f6c6d3e-6f3f-4b6e-8f4a-93d3bb1a6a10',
		label: undefined,
		bootable: true,
	};
	const isWindows = file.includes('win');
	return {
		file,
		vdi: {
			kind: 'dynamic',
			version: '1.1',
			blockBytes: 1_048_576,
			virtualBytes: 21_474_836_480,
			allocatedBytes: 1_400_000_000,
			fileBytes: 1_401_000_000,
			uuid: '11111111-2222-3333-4444-555555555555',
		},
		partitionTable: 'mbr',
		partitions: [root],
		root,
		os: {id: 'debian', name: 'Debian GNU/Linux', version: '12'},
		architecture: 'x86_64',
		bootMode: 'legacy-bios',
		kernels: [],
		users: [{name: 'ada', uid: 1000, home: '/home/ada', shell: '/bin/bash'}],
		findings: [
			{subject: 'boot-loader', found: 'GRUB starts Linux 6.1.0-37-amd64.', verdict: 'fits'},
			{
				subject: 'fstab',
				found: 'Swap is mounted by device name.',
				verdict: 'will-be-fixed',
				remark: 'The line is commented out.',
			},
			isWindows
				? {subject: 'sshd', found: 'There is no SSH server.', verdict: 'cannot-run', remark: 'Install openssh-server.'}
				: {
						subject: 'sshd',
						found: 'OpenSSH is there but not started at boot.',
						verdict: 'will-be-fixed',
						remark: 'It is enabled.',
					},
		],
		verdict: isWindows ? 'cannot-run' : 'will-be-fixed',
		fingerprint: 'f00d',
	};
}
