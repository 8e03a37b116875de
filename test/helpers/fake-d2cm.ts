import type {
	D2cm,
	DeploymentClone,
	DeploymentPlan,
	DeploymentRequest,
	DeploymentView,
	ImportedCredential,
	JobSummary,
	KnownAmi,
	MigrationPlan,
	MigrationRequest,
	Orphan,
	Orphans,
} from '../../source/actions/d2cm.js';
import {findUses} from '../../source/actions/find-uses.js';
import type {MachineImage} from '../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import type {AwsProfile} from '../../source/engine/credentials/aws-profiles.js';
import type {AtStake} from '../../source/engine/deployments/at-stake.js';
import {hostKeyName} from '../../source/engine/deployments/host-key/answer-host-keys.js';
import {OpenHostKeys} from '../../source/engine/deployments/host-key/open-host-keys.js';
import {type UnrunDeployment, unrunAsDeployment} from '../../source/engine/deployments/unrun.js';
import {AppError} from '../../source/engine/errors/app-error.js';
import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import type {MetricSeries} from '../../source/engine/monitoring/series.js';
import type {Template, TemplateFinding} from '../../source/engine/templates/template.js';
import type {Database, KernelEntry} from '../../source/store/database.js';
import {fakeCredentialReport, fakeProblems, fakeProfiles} from './fake-credentials.js';
import {
	fakeDatabase,
	fakeDeployment,
	fakeJobs,
	fakeNow,
	fakeRecords,
	fakeReport,
	fakeTemplate,
	fakeTypes,
	fakeView,
} from './fake-data.js';

export class FakeError extends AppError {
	override readonly name = 'FakeError';

	constructor(
		message: string,
		override readonly hint: string,
	) {
		super(message);
	}
}

/** D2cm in memory. Remembers what was asked for in `calls`; the next call of a method named in `failures` throws. */
export class FakeD2cm implements D2cm {
	readonly home = '/home/ada/.d2c';
	readonly calls: Array<readonly [string, ...unknown[]]> = [];
	readonly failures = new Map<string, unknown>();
	readonly records = new Map<string, JournalRecord[]>();
	jobList: JobSummary[];
	private data: Database;
	private readonly listeners = new Set<() => void>();
	private readonly answered = new Set<string>();
	private readonly followers = new Map<string, Set<(record: JournalRecord) => void>>();

	constructor({isEmpty = false}: {readonly isEmpty?: boolean} = {}) {
		const full = fakeDatabase();
		this.data = isEmpty
			? {
					...full,
					credentials: [],
					clouds: [],
					images: [],
					amis: [],
					kernels: [],
					templates: [],
					deployments: [],
					migrations: [],
				}
			: full;
		this.jobList = isEmpty ? [] : fakeJobs();
		for (const job of this.jobList) {
			this.records.set(job.id, fakeRecords(job.kind));
		}
	}

	database(): Database {
		return this.data;
	}

	onChange(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	change(data: Partial<Database>): void {
		this.data = {...this.data, ...data};
		this.notify();
	}

	notify(): void {
		for (const listener of this.listeners) listener();
	}

	/** As the job itself would write it. */
	write(id: string, entry: JournalEntry): void {
		const records = this.records.get(id) ?? [];
		const record = {...entry, seq: records.length + 1, at: new Date(fakeNow).toISOString()};
		this.records.set(id, [...records, record]);
		for (const follower of this.followers.get(id) ?? []) follower(record);
	}

	saveCredential = this.action(
		'saveCredential',
		(credential: Database['credentials'][number], {replaces}: {readonly replaces?: string} = {}) => {
			const others = this.data.credentials.filter(({name}) => name !== replaces);
			this.change({
				credentials: replaced(others, credential, ({name}) => name),
				clouds: this.data.clouds.map(cloud =>
					cloud.credential === replaces ? {...cloud, credential: credential.name} : cloud,
				),
			});
		},
	);

	removeCredential = this.action('removeCredential', (name: string) => {
		this.change({credentials: this.data.credentials.filter(entry => entry.name !== name)});
	});

	saveCloud = this.action(
		'saveCloud',
		(cloud: Database['clouds'][number], {replaces}: {readonly replaces?: string | undefined} = {}) => {
			const others = this.data.clouds.filter(({name}) => name !== replaces);
			this.change({clouds: replaced(others, cloud, ({name}) => name)});
		},
	);

	removeCloud = this.action('removeCloud', (name: string) => {
		this.change({clouds: this.data.clouds.filter(entry => entry.name !== name)});
	});

	saveKernel = this.action('saveKernel', (kernel: Database['kernels'][number]) => {
		this.change({kernels: replaced(this.data.kernels, kernel, ({cloud, id}) => `${cloud} ${id}`)});
	});

	removeKernel = this.action('removeKernel', (cloud: string, id: string) => {
		this.change({kernels: this.data.kernels.filter(entry => entry.cloud !== cloud || entry.id !== id)});
	});

	usesOf = async (used: {readonly credential: string} | {readonly cloud: string}) =>
		findUses(used, this.data, this.jobList);

	importCredentials = this.action(
		'importCredentials',
		(_file: string, _options?: {readonly name?: string | undefined}): ImportedCredential => ({
			name: 'sci-keys',
			cloud: 'sci',
			keeps: 'lab',
			remarks: ['The cloud sci is known already, and goes on using the credential lab.'],
		}),
	);

	awsProfiles = async (): Promise<readonly AwsProfile[]> => fakeProfiles;

	importProfile = this.action(
		'importProfile',
		(profile: string, _options?: {readonly name?: string | undefined; readonly copyKeys?: boolean}) => ({
			name: profile,
			remarks: [],
		}),
	);

	checkCredential = this.action(
		'checkCredential',
		(_credential: Database['credentials'][number], _cloud?: Database['clouds'][number]) => fakeProblems,
	);

	testCredential = this.action('testCredential', (_name: string, _cloud: string) => fakeCredentialReport);

	regions = this.action('regions', (_cloud: Database['clouds'][number]) => ({
		names: ['eu-central-1', 'eu-west-1', 'us-east-1'],
		isLive: true,
	}));

	kernelsOf = this.action('kernelsOf', (cloud: string) => {
		const found: KernelEntry = {
			id: 'aki-33333333',
			kind: 'kernel',
			cloud,
			name: 'pv-grub-hd0_1.05-x86_64.gz',
			architecture: 'x86_64',
			recommendedRamdisk: '',
			source: 'cloud',
		};
		this.change({kernels: replaced(this.data.kernels, found, ({id}) => id)});
		return this.data.kernels;
	});

	instanceTypes = this.action('instanceTypes', (cloud: string) =>
		fakeTypes.map(type => {
			const price = this.data.prices.find(one => one.cloud === cloud && one.type === type.name);
			return price === undefined
				? type
				: {...type, hourlyUsd: price.hourlyUsd ?? undefined, priceSource: 'the price table'};
		}),
	);

	machineImages = this.action('machineImages', (_cloud: string): readonly MachineImage[] => []);

	planRerun = this.action('planRerun', (id: string) => this.planOf(cloneOf(this.find(id))));
	provenance = this.action('provenance', () => {
		throw new Error('not known');
	});

	setPrice = this.action('setPrice', (cloud: string, type: string, hourlyUsd: number | null | undefined) => {
		const others = this.data.prices.filter(price => price.cloud !== cloud || price.type !== type);
		this.change({prices: hourlyUsd === undefined ? others : [...others, {cloud, type, hourlyUsd}]});
	});

	inspect = this.action('inspect', (file: string) => fakeReport(file));
	exposure = this.action('exposure', (_file: string): string | undefined => undefined);

	addImage = this.action('addImage', (name: string, file: string) => {
		const entry: Database['images'][number] = {
			name,
			file,
			addedAt: new Date(fakeNow).toISOString(),
			os: 'Debian GNU/Linux 12',
			architecture: 'x86_64',
			virtualBytes: 21_474_836_480,
			verdict: 'will-be-fixed',
		};
		this.change({images: replaced(this.data.images, entry, image => image.name)});
		return entry;
	});

	removeImage = this.action('removeImage', (name: string) => {
		this.change({images: this.data.images.filter(entry => entry.name !== name)});
	});

	removeAmi = this.action('removeAmi', (cloud: string, id: string) => {
		this.change({amis: this.data.amis.filter(entry => entry.cloud !== cloud || entry.id !== id)});
	});

	registerAmi = this.action('registerAmi', (given: KnownAmi): Database['amis'][number] => {
		const known = this.data.amis.find(({id, cloud}) => id === given.id && cloud === given.cloud);
		const ami = {createdAt: '', virtualBytes: 0, migration: '', ...known, ...given};
		this.change({amis: [...this.data.amis.filter(({id}) => id !== ami.id), ami]});
		return ami;
	});

	saveTemplate = this.action('saveTemplate', (template: Template) => {
		this.change({templates: replaced(this.data.templates, template, ({name}) => name)});
	});

	removeTemplate = this.action('removeTemplate', (name: string) => {
		this.change({templates: this.data.templates.filter(entry => entry.name !== name)});
	});

	importTemplate = this.action('importTemplate', (_yaml: string | Uint8Array, _folder: string) => ({
		name: 'imported',
		findings: [] as TemplateFinding[],
	}));

	exportTemplate(name: string): string {
		return `name: ${name}\n`;
	}

	jobs = async (): Promise<readonly JobSummary[]> => this.jobList.map(job => this.withHostKeys(job));

	job = async (id: string): Promise<JobSummary> => this.find(id);

	followJob(id: string, listener: (record: JournalRecord) => void): () => void {
		for (const record of this.records.get(id) ?? []) listener(record);
		const followers = this.followers.get(id) ?? new Set();
		this.followers.set(id, followers.add(listener));
		return () => followers.delete(listener);
	}

	planMigration = this.action('planMigration', ({cloud, way}: MigrationRequest): MigrationPlan => {
		const {kind = 'local'} = this.data.clouds.find(({name}) => name === cloud) ?? {};
		const chosen = way ?? traitsOf(kind).migrationWays[0] ?? 'local';
		const isLocal = chosen === 'local';
		return {
			way: chosen,
			bucket: chosen === 'bundle' ? 'd2cm-0123456789abcdef' : '',
			bytes: isLocal ? 0 : 3_500_000_000,
			keeping: isLocal
				? ''
				: "Keeping it takes 3.3 GiB and costs about $0.16 a month (Amazon's list price in us-east-1).",
			remarks: [],
			...(this.obstacle && {obstacle: this.obstacle}),
		};
	});

	/** What would stop every migration. */
	obstacle: MigrationPlan['obstacle'];

	startMigration = this.action('startMigration', (request: MigrationRequest): JobSummary => {
		const job: JobSummary = {
			id: 'mig-00000002',
			kind: 'migration',
			title: request.image,
			cloud: request.cloud,
			createdAt: new Date(fakeNow).toISOString(),
			state: 'fix-up',
			alive: true,
			folder: `${this.home}/migrations/mig-00000002`,
			damages: [],
		};
		this.records.set(job.id, fakeRecords('migration'));
		this.jobList = [...this.jobList, job];
		this.notify();
		return job;
	});

	planDeployment = this.action('planDeployment', (request: DeploymentRequest) => this.planOf(request));

	planStart = this.action('planStart', (id: string): DeploymentPlan => {
		const unrun = this.unrun.get(id);
		if (unrun === undefined) throw new FakeError(`Deployment ${id} was started already.`, 'See it.');
		const {deployment, ...plan} = this.planOf({...unrun.request, template: 'pi'});
		return {...plan, unrun, deployment: {...deployment, id, launchKey: `pi.${id}`}};
	});

	private planOf(request: DeploymentRequest): DeploymentPlan {
		const base = fakeDeployment(
			'NEW001',
			new Date(fakeNow).toISOString(),
			request.problemSize ?? fakeTemplate.problemSize,
		);
		const roles = base.roles.map(role => ({
			...role,
			count: request.counts?.[role.name] ?? role.count,
			spot: request.spot?.[role.name] ?? false,
			instanceType: request.types?.[role.name] ?? role.instanceType,
		}));
		const count = roles.reduce((sum, role) => sum + role.count, 0);
		return {
			deployment: {...base, roles},
			priceLine: `Charges will start at the rate of $0.00 per hour (${count} instances on ${request.cloud}).`,
			costLines: this.costLines,
			hourlyUsd: 0,
			remarks: ['The instances share 2 cores of this machine.'],
		};
	}

	/** What every plan says about its cost. */
	costLines: readonly string[] = [];

	startDeployment = this.action('startDeployment', (plan: DeploymentPlan): JobSummary => {
		const job: JobSummary = {
			id: plan.deployment.id,
			kind: 'deployment',
			title: plan.deployment.launchKey,
			cloud: plan.deployment.cloud,
			createdAt: plan.deployment.createdAt,
			state: 'NOT_RUN',
			alive: true,
			folder: `${this.home}/deployments/pi/${plan.deployment.id}`,
			damages: [],
		};
		this.records.set(job.id, fakeRecords('deployment').slice(0, 3));
		this.unrun.delete(job.id);
		this.jobList = [job, ...this.jobList.filter(({id}) => id !== job.id)];
		this.notify();
		return job;
	});

	/** Those that were not started yet. */
	readonly unrun = new Map<string, UnrunDeployment>();

	keepDeployment = this.action('keepDeployment', (request: DeploymentRequest) =>
		this.keep(`KEPT0${this.unrun.size + 1}`, request),
	);

	changeDeployment = this.action('changeDeployment', (id: string, request: DeploymentRequest) =>
		this.keep(id, request),
	);

	private keep(id: string, {template: name, rolesOf: _, ...request}: DeploymentRequest): JobSummary {
		const template = this.data.templates.find(one => one.name === name);
		if (template === undefined) throw new FakeError(`There is no template ${name}.`, 'Make one.');
		this.unrun.set(id, {
			id,
			createdAt: new Date(fakeNow).toISOString(),
			template,
			request: structuredClone(request) as never,
		});
		const job: JobSummary = {
			id,
			kind: 'deployment',
			title: `${name}.${id}`,
			cloud: request.cloud,
			createdAt: new Date(fakeNow).toISOString(),
			state: 'NOT_RUN',
			alive: false,
			isUnrun: true,
			problemSize: request.problemSize ?? fakeTemplate.problemSize ?? 1,
			costUsd: 0,
			folder: `${this.home}/deployments/${name}/${id}`,
			damages: [],
		};
		this.jobList = [job, ...this.jobList.filter(one => one.id !== id)];
		this.notify();
		return job;
	}

	cancelJob = this.action('cancelJob', (id: string) => {
		this.jobList = this.jobList.map(job =>
			job.id === id ? {...job, alive: false, state: 'CANCELLED', end: {state: 'CANCELLED'}} : job,
		);
		this.notify();
	});

	finishJob = this.action('finishJob', (id: string) => {
		this.jobList = this.jobList.map(job => (job.id === id ? {...job, endsEarly: true} : job));
		this.notify();
	});

	/** What a cancel of any job would drop. */
	stakes: readonly AtStake[] = [];

	atStake = this.action('atStake', (_id: string) => this.stakes);

	resumeJob = this.action('resumeJob', (id: string) => {
		this.jobList = this.jobList.map(job => (job.id === id ? {...job, alive: true} : job));
		this.notify();
		return this.find(id);
	});

	/** How the template is now, for every clone. */
	templateNow: Pick<DeploymentClone, 'templateNow' | 'changes'> = {templateNow: 'same', changes: []};

	cloneDeployment = this.action('cloneDeployment', (id: string): DeploymentClone => {
		const [pi] = fakeDatabase().templates;
		const template = this.unrun.get(id)?.template ?? pi;
		if (template === undefined) throw new Error('There is no template.');
		const request = this.unrun.get(id)?.request;
		return {
			request: request ? {...request, template: template.name, rolesOf: id} : cloneOf(this.find(id)),
			template,
			...this.templateNow,
		};
	});

	deleteDeployment = this.action('deleteDeployment', (id: string, _options: {readonly results: 'keep' | 'delete'}) => {
		this.jobList = this.jobList.filter(job => job.id !== id);
		this.notify();
	});

	deployment = async (id: string): Promise<DeploymentView> => {
		const unrun = this.unrun.get(id);
		return unrun === undefined
			? fakeView(this.find(id))
			: {
					summary: this.find(id),
					definition: unrunAsDeployment(unrun, 'here'),
					state: 'NOT_RUN',
					nodes: [],
					results: [],
				};
	};

	consoleOutput = this.action('consoleOutput', (_id: string, instance: string) =>
		[...Array(60).keys()].map(line => `[${line}.000] ${instance} console line ${line}`).join('\n'),
	);

	metrics = async (_id: string): Promise<readonly MetricSeries[]> =>
		(['cpu', 'memory', 'load'] as const).flatMap(metric =>
			['master-1', 'slave-1'].map(node => ({
				node,
				role: node.startsWith('master') ? 'Master' : 'Slave',
				metric,
				stepSeconds: 10,
				startSeconds: fakeNow / 1000 - 600,
				values: [...Array(60).keys()].map(at => (at > 20 && at < 25 ? null : 50 + 40 * Math.sin(at / 5))),
				...(metric === 'memory' && {total: 512}),
			})),
		);

	/** What is left over on the clouds. */
	left: Orphans = {found: [], unasked: [], mayRun: []};

	answerHostKeys = this.action(
		'answerHostKeys',
		(_id: string, keys: ReadonlyArray<{readonly node: string; readonly fingerprint: string}>, _answer: string) => {
			for (const key of keys) this.answered.add(hostKeyName(key));
			this.notify();
		},
	);

	orphans = this.action('orphans', () => this.left);

	reap = this.action('reap', (orphans: readonly Orphan[]) => {
		this.left = {...this.left, found: this.left.found.filter(orphan => !orphans.includes(orphan))};
	});

	forgetPlaces = this.action('forgetPlaces', (cloud: string, place?: string) => {
		const gone = this.left.unasked.filter(one => one.cloud === cloud && (!place || one.place === place));
		this.left = {...this.left, unasked: this.left.unasked.filter(one => !gone.includes(one))};
		return gone.flatMap(one => one.place ?? []);
	});

	doctor = async () => [];

	private find(id: string): JobSummary {
		const job = this.jobList.find(one => one.id === id);
		if (job === undefined) throw new FakeError(`There is no job ${id}.`, 'Look at the list of jobs.');
		return this.withHostKeys(job);
	}

	/** As its records have it. */
	private withHostKeys(job: JobSummary): JobSummary {
		const gathered = new OpenHostKeys();
		for (const record of this.records.get(job.id) ?? []) gathered.take(record);
		const openHostKeys = gathered.all.filter(key => !this.answered.has(hostKeyName(key)));
		return job.alive && openHostKeys.length > 0 ? {...job, openHostKeys} : job;
	}

	private action<Arguments extends unknown[], Result>(name: string, work: (...given: Arguments) => Result) {
		return async (...given: Arguments): Promise<Result> => {
			this.calls.push([name, ...given]);
			const failure = this.failures.get(name);
			if (failure !== undefined) {
				this.failures.delete(name);
				throw failure;
			}

			return work(...given);
		};
	}
}

const cloneOf = ({id}: JobSummary): DeploymentRequest => ({
	template: 'pi',
	rolesOf: id,
	cloud: 'local',
	problemSize: 100,
	types: {Master: 'local.medium', Slave: 'local.small'},
	counts: {Master: 1, Slave: 3},
});

function replaced<T>(list: readonly T[], entry: T, keyOf: (entry: T) => string): T[] {
	return [...list.filter(other => keyOf(other) !== keyOf(entry)), entry];
}
