import type {Instance, InstanceState, InstanceType, MachineImage, OwnedThing} from '../engine/cloud/cloud.js';
import type {MigrationWay} from '../engine/cloud/cloud-traits.js';
import type {AwsProfile} from '../engine/credentials/aws-profiles.js';
import type {CredentialProblem} from '../engine/credentials/credential-problem.js';
import type {CredentialReport} from '../engine/credentials/credential-report.js';
import type {AtStake} from '../engine/deployments/at-stake.js';
import type {RoleAmis} from '../engine/deployments/configuration.js';
import type {Deployment, DeploymentState} from '../engine/deployments/deployment.js';
import type {HostKeyAnswer} from '../engine/deployments/host-key/answer-host-keys.js';
import type {OpenHostKey} from '../engine/deployments/host-key/open-host-keys.js';
import type {Provenance} from '../engine/deployments/provenance.js';
import type {UnrunDeployment} from '../engine/deployments/unrun.js';
import type {ImageReport} from '../engine/images/image-report.js';
import type {EndState, JournalRecord} from '../engine/jobs/journal.js';
import type {MetricSeries} from '../engine/monitoring/series.js';
import type {LeaseEnd, Template, TemplateFinding, WhenFull} from '../engine/templates/template.js';
import type {AmiEntry, CloudEntry, Credential, Database, ImageEntry, KernelEntry} from '../store/database.js';

/**
Everything a user can ask for. The command line and the screens are two faces of this one interface; neither does work
of its own. Methods throw AppErrors for what the user can mend.
*/
export interface D2cm {
	/** The data folder, absolute. */
	readonly home: string;

	/** What the user should know of repairs made when the data folder was opened, in sentences. */
	readonly notices?: readonly string[];

	/** What is defined now. Read again after every change notice. */
	database(): Database;

	/** Tells of changes to the database or to any job, made by whatever process. At most five notices a second. */
	onChange(listener: () => void): () => void;

	// Credentials, clouds, kernels and ramdisks. Saving under a name that exists replaces it.
	/** `replaces`: the old name, where it changes; what uses it follows. */
	saveCredential(credential: Credential, options?: {readonly replaces?: string}): Promise<void>;
	removeCredential(name: string): Promise<void>;
	/** `replaces`: likewise; a cloud that anything needs keeps its name. */
	saveCloud(cloud: CloudEntry, options?: {readonly replaces?: string | undefined}): Promise<void>;
	removeCloud(name: string): Promise<void>;
	saveKernel(kernel: KernelEntry): Promise<void>;
	removeKernel(cloud: string, id: string): Promise<void>;
	/** What the user says an instance type costs; null: not known; undefined: as the cloud or its price list says. */
	setPrice(cloud: string, type: string, hourlyUsd: number | null | undefined): Promise<void>;
	/** What needs a credential or a cloud: it is named before anything is changed or removed. */
	usesOf(used: {readonly credential: string} | {readonly cloud: string}): Promise<readonly Use[]>;
	/** Takes keys, and the cloud where it names one, out of a `.eucarc` file, which is never run. */
	importCredentials(file: string, options?: {readonly name?: string | undefined}): Promise<ImportedCredential>;
	/** The profiles of the shared AWS configuration. */
	awsProfiles(): Promise<readonly AwsProfile[]>;
	/** Refers to a profile by its name, or copies its keys. */
	importProfile(
		profile: string,
		options?: {readonly name?: string | undefined; readonly copyKeys?: boolean},
	): Promise<ImportedCredential>;
	/** What is wrong with a credential, and the certificates of a cloud, as far as this machine can tell. */
	checkCredential(credential: Credential, cloud?: CloudEntry): Promise<readonly CredentialProblem[]>;
	/** Asks a cloud whom keys belong to and what they may do. Changes nothing there. */
	testCredential(name: string, cloud: string): Promise<CredentialReport>;
	/** The regions to choose from for a cloud, which need not be saved yet. */
	regions(cloud: CloudEntry): Promise<RegionList>;
	/** Asks a cloud for its kernels and ramdisks, and keeps the list. Those added by hand stay. */
	kernelsOf(cloud: string): Promise<readonly KernelEntry[]>;
	instanceTypes(cloud: string): Promise<readonly InstanceType[]>;
	/** The AMIs of this installation, as the cloud itself knows them, and those asked for by their ids that it has. */
	machineImages(cloud: string, besides?: readonly string[]): Promise<readonly MachineImage[]>;

	// Images and AMIs.
	inspect(file: string): Promise<ImageReport>;
	/** Says who else may change the file of an image, and what to do about it; undefined where nobody may. */
	exposure(file: string): Promise<string | undefined>;
	addImage(name: string, file: string): Promise<ImageEntry>;
	removeImage(name: string): Promise<void>;
	/** Deregisters it on its cloud too; what it was made of there (a snapshot, a bundle) goes with it or is kept. */
	removeAmi(cloud: string, id: string, options?: {readonly data: 'keep' | 'delete'}): Promise<void>;
	/**
	Makes an AMI known, or changes the image it stands for. The cloud is asked for all else where it can be; elsewhere what is
	given is believed.
	*/
	registerAmi(ami: KnownAmi): Promise<AmiEntry>;

	// Templates.
	saveTemplate(template: Template): Promise<void>;
	removeTemplate(name: string): Promise<void>;
	/**
	Takes YAML, as text or the bytes of its file; relative upload paths are taken from `folder`. Also tells what would stop a deployment of
	it as things are now, or surprise: it may be imported before its images are.
	*/
	importTemplate(
		yaml: string | Uint8Array,
		folder: string,
	): Promise<{readonly name: string; readonly findings: readonly TemplateFinding[]}>;
	exportTemplate(name: string): string;

	// Jobs: migrations and deployments, each in a process of its own.
	jobs(options?: JobLook): Promise<readonly JobSummary[]>;
	/** @throws {UnknownJobError} */
	job(id: string, options?: JobLook): Promise<JobSummary>;
	/** Gives every record so far and then each new one, also when other processes write them. Returns how to stop. */
	followJob(id: string, listener: (record: JournalRecord) => void): () => void;
	/** Looks for what would stop a migration, and says what it sends and costs, before a byte has left. */
	planMigration(request: MigrationRequest): Promise<MigrationPlan>;
	startMigration(request: MigrationRequest): Promise<JobSummary>;
	/** Checks everything that can be checked before money is spent, and names the price. */
	planDeployment(request: DeploymentRequest): Promise<DeploymentPlan>;
	/** Makes a deployment that is started later: nothing of it is reserved, made or charged, and no cloud is asked. */
	keepDeployment(request: DeploymentRequest): Promise<JobSummary>;
	/** Changes one that was not started yet; its launch key stays. @throws {UnrunGoneError} */
	changeDeployment(id: string, request: DeploymentRequest): Promise<JobSummary>;
	/** Checks one that was not started yet as `planDeployment` does, at the prices of now. @throws {UnrunGoneError} */
	planStart(id: string): Promise<DeploymentPlan>;
	/** Starts what was planned and confirmed. @throws {UnrunGoneError} When it was started or changed meanwhile. */
	startDeployment(plan: DeploymentPlan): Promise<JobSummary>;
	/** Asks for the end at once, without collecting data; goes on by itself when this process ends. */
	cancelJob(id: string): Promise<void>;
	/**
	Asks for the end of a deployment, results first: nothing is waited for any more, what there is of the results is fetched and
	verified, and the instances are terminated. Goes on by itself when this process ends.

	@throws {JobActiveError} When it is being cancelled already.
	*/
	finishJob(id: string): Promise<void>;
	/** What a cancel would drop, as far as is known. */
	atStake(id: string): Promise<readonly AtStake[]>;
	/** The user's word on host keys that instances of a deployment show. @throws {UnknownNameError} When nobody asked about one. */
	answerHostKeys(
		id: string,
		keys: ReadonlyArray<Pick<OpenHostKey, 'node' | 'fingerprint'>>,
		answer: HostKeyAnswer,
	): Promise<void>;
	/** Takes up a job whose process died. Finding it alive or ended is fine. */
	resumeJob(id: string): Promise<JobSummary>;
	/** What a deployment runs and was asked for, to be changed, and planned or kept anew. */
	cloneDeployment(id: string): Promise<DeploymentClone>;
	/** The same again, down to AMIs and scripts, at the prices of now; to be confirmed and started. */
	planRerun(id: string): Promise<DeploymentPlan>;
	provenance(id: string): Promise<Provenance>;
	/** Forgets an ended job, or a deployment that was not started yet. @throws {JobActiveError} while anything of it runs. */
	deleteDeployment(id: string, options: {readonly results: 'keep' | 'delete'}): Promise<void>;
	deployment(id: string): Promise<DeploymentView>;
	/** The serial console of one instance, `master-1` or an instance id. */
	consoleOutput(id: string, instance: string): Promise<string>;
	/** What collectd measured, live and after the run. Empty while nothing is there. */
	metrics(id: string): Promise<readonly MetricSeries[]>;

	/**
	What this installation has on every cloud and no living job owns, also where a cloud was once when something was started
	there. What cannot be asked is named, with what may run there by our own journals. A former place that says that nothing is left
	there is asked no more. All are asked side by side; `onAnswer` hears of each as it comes.
	*/
	orphans(
		onAnswer?: (answer: Pick<Orphans, 'found' | 'unasked'> & {readonly place: AskedPlace}) => void,
	): Promise<Orphans>;
	/**
	Terminates them and waits until they are, and takes away what their deployments shared. Meanwhile no job of theirs is resumed.

	@throws {JobActiveError} When one was resumed since they were listed: what it has stays.
	*/
	reap(orphans: readonly Orphan[]): Promise<void>;
	/** Former places of a cloud, or the one of them, are asked no more, whatever is left there. Returns which those are. */
	forgetPlaces(cloud: string, place?: string): Promise<readonly string[]>;

	/** What this machine can do for D2CM. */
	doctor(): Promise<readonly DoctorFinding[]>;
}

/** Something that needs a credential or a cloud. */
export type Use = {
	readonly what: 'cloud' | 'former place' | 'AMI' | 'deployment' | 'running migration' | 'running deployment';
	readonly name: string;
};

export type ImportedCredential = {
	/** It is kept under this name. */
	readonly name: string;
	/** The cloud that came with it, or was known already. */
	readonly cloud?: string;
	/** The credential that this cloud goes on using. */
	readonly keeps?: string;
	/** What the user should know, in sentences. */
	readonly remarks: readonly string[];
};

export type RegionList = {
	readonly names: readonly string[];
	/** As the cloud tells now. */
	readonly isLive: boolean;
	/** Why not, in a sentence. */
	readonly why?: string;
};

export type JobKind = 'migration' | 'deployment';

export type JobLook = {
	/** Waits until it is known of each process on another host whether it lives: seconds, or most of a minute where one does not. */
	readonly isToBeSure?: boolean;
};

export type JobSummary = {
	readonly id: string;
	readonly kind: JobKind;
	/** Image name, or launch key. */
	readonly title: string;
	readonly cloud: string;
	readonly createdAt: string;
	/** DeploymentState, or the migration's step. */
	readonly state: string;
	/** Set once it is over. */
	readonly end?: {
		readonly state: EndState;
		readonly cause?: string;
		readonly hint?: string;
		readonly remaining?: readonly string[];
	};
	/** Whether a process works on it now. Not ended, not alive and not unrun: it can be resumed. */
	readonly alive: boolean;
	/** The process is, or was, on another host or in another container; it is taken to live until it was silent for a while. */
	readonly elsewhere?: {
		/** Empty where it left no word. */
		readonly host: string;
		readonly pid: number;
		/** How long nothing was heard of it, as seen from here. */
		readonly silentMs: number;
	};
	/** A deployment that was made and not started yet; left out where it was. */
	readonly isUnrun?: boolean;
	/** Host keys that wait for the user's word; left out where none does. */
	readonly openHostKeys?: readonly OpenHostKey[];
	/** Data that were asked for are not there: the instances are kept, and cost money, until the user has mended it. */
	readonly isHeld?: boolean;
	/** The user has asked for its end, results first. */
	readonly endsEarly?: boolean;
	/** Left out where there is none. */
	readonly awaitedChecks?: readonly AwaitedCheck[];
	/** A migration has neither this nor the next two. */
	readonly problemSize?: number;
	/** From the start of its first process to its end or now; left out before that start. */
	readonly durationSeconds?: number;
	/** What its instances have cost so far, about, in US dollars; null where that is not known. */
	readonly costUsd?: number | null;
	/** Absolute path of the job's folder. */
	readonly folder: string;
	/** Damaged places of its journal, each `file:line: what is wrong`. */
	readonly damages: readonly string[];
};

/** The scripts of a node have ended, and a done check of it does not hold yet. */
export type AwaitedCheck = {
	readonly node: string;
	/** Each like `there is no /root/done`, as it was when that was first seen. */
	readonly unmet: readonly string[];
};

export type MigrationRequest = {
	readonly image: string;
	readonly cloud: string;
	/** One of the cloud's. Left out: its usual one. */
	readonly way?: MigrationWay;
	readonly kernel?: string;
	readonly ramdisk?: string;
	/** Where the way has one. Left out: one of this installation's own. */
	readonly bucket?: string;
	readonly encrypted?: boolean;
	/** ARN; encrypts. */
	readonly kmsKey?: string;
};

export type MigrationPlan = {
	readonly way: MigrationWay;
	/** Empty where the way has none. */
	readonly bucket: string;
	/** That may have to travel, before compression. */
	readonly bytes: number;
	/** What keeping it takes and costs, in a sentence; empty for this machine. */
	readonly keeping: string;
	/** What the user should know. */
	readonly remarks: readonly string[];
	/** What would stop it. Undefined: nothing that can be known before. */
	readonly obstacle?: {readonly message: string; readonly hint: string};
};

/** An AMI to be made known: id, cloud and image, and what the cloud may not be able to say. */
export type KnownAmi = Pick<AmiEntry, 'id' | 'cloud' | 'image'> & Partial<AmiEntry>;

export type DeploymentRequest = {
	readonly template: string;
	/** ID of a deployment: its roles and, on its cloud, its AMIs are taken in place of the template as it is now. */
	readonly rolesOf?: string | undefined;
	readonly cloud: string;
	/** Left out: as the template has it. */
	readonly problemSize?: number | undefined;
	/** By role name. Left out: the cloud's smallest type that the AMI starts on, the template's count. */
	readonly types?: Readonly<Record<string, string>> | undefined;
	readonly counts?: Readonly<Record<string, number>> | undefined;
	/** By role name: whether on spot instances, and which other types will do. Left out: as the template has it. */
	readonly spot?: Readonly<Record<string, boolean>> | undefined;
	readonly otherTypes?: Readonly<Record<string, readonly string[]>> | undefined;
	/** By role name: the most a spot instance may cost an hour, in US dollars. Left out: as the template has it. */
	readonly spotMaxUsd?: Readonly<Record<string, number>> | undefined;
	/** The run is ended, results first, before it has cost more US dollars. Left out: as the template has it. */
	readonly capUsd?: number | undefined;
	/** Left out: as the template has it. */
	readonly maxHours?: number | undefined;
	/** Instances end themselves when no job has looked after them for so long. Left out: as the template has it. */
	readonly leaseHours?: number | undefined;
	/** What they do then. Left out: as the template has it. */
	readonly leaseEnds?: LeaseEnd | undefined;
	/** What is done where this machine has no room for it now. Left out: it is refused. */
	readonly whenFull?: WhenFull | undefined;
};

export type DeploymentClone = {
	/** Asks for the very same. */
	readonly request: DeploymentRequest;
	/** What its roles run, whatever became of the template since. */
	readonly template: Template;
	/** The AMIs that its roles run on its cloud, where that was settled. */
	readonly amis?: RoleAmis;
	/** How the template of this name is now. */
	readonly templateNow: 'same' | 'changed' | 'removed';
	/** The lines in which it differs, `- ` then and `+ ` now, below the name of each role. */
	readonly changes: readonly string[];
};

export type DeploymentPlan = {
	readonly deployment: Deployment;
	/** What was planned, where it was made before: it is started only as long as this holds. */
	readonly unrun?: UnrunDeployment;
	/** "Charges will start at the rate of $0.00 per hour (4 instances on local)." */
	readonly priceLine: string;
	/** What a run would cost, and at most; nothing where nothing costs anything. */
	readonly costLines: readonly string[];
	/** Undefined when any price is unknown. */
	readonly hourlyUsd: number | undefined;
	/** What the user should know before saying yes. */
	readonly remarks: readonly string[];
};

/** `unknown`: the cloud was not heard yet. */
export type NodeInstance = Omit<Instance, 'state'> & {readonly state: InstanceState | 'unknown'};

export type DeploymentView = {
	readonly summary: JobSummary;
	/** As far as it is chosen, where it was not started yet. */
	readonly definition: Deployment;
	readonly state: DeploymentState;
	/** As the cloud says now; of a terminated deployment, as last known. */
	readonly nodes: ReadonlyArray<{
		readonly name: string;
		readonly role: string;
		/** Whom D2CM logs in as. Left out: not found out yet. */
		readonly user?: string;
		readonly instance: NodeInstance;
	}>;
	/** Why the cloud does not say how the instances are now, in a sentence; then they are as it said last. */
	readonly silence?: string;
	/** Downloaded files, relative to the folder, with sizes in bytes. */
	readonly results: ReadonlyArray<{readonly path: string; readonly bytes: number}>;
};

export type Orphans = {
	readonly found: readonly Orphan[];
	readonly unasked: ReadonlyArray<{readonly cloud: string; readonly place?: string; readonly why: string}>;
	/** By the journals of deployments that no process looks after, where no cloud says how it is. */
	readonly mayRun: ReadonlyArray<{
		readonly cloud: string;
		/** The deployment's. */
		readonly job: string;
		readonly launchKey: string;
		/** The instance's, where it is known. */
		readonly id?: string;
		/** In a few words: `m5.large of role Slave` */
		readonly what: string;
		/** ISO 8601. */
		readonly since?: string;
	}>;
};

/** A cloud that is asked; with `text`, where it was once. */
export type AskedPlace = {readonly cloud: {readonly name: string}; readonly text?: string};

export type Orphan = {
	readonly cloud: string;
	/** Where the cloud was once, when it is asked elsewhere now: `http://old.example.org:8773/` */
	readonly place?: string;
	/** `instance`, or that of the thing. */
	readonly kind: string;
	readonly id: string;
	/** Launch key, from its tags. */
	readonly launchKey: string;
	/** Present exactly when it is an instance. */
	readonly instance?: Instance;
	/** Present exactly when it is anything else. */
	readonly thing?: OwnedThing;
	/** In a few words: `8 GiB gp3, available` */
	readonly detail?: string;
	readonly hours?: number;
	/** About, since it was made; undefined where the price is not known, or nothing is charged for it. */
	readonly costUsd?: number;
};

export type DoctorFinding = {
	readonly subject: string;
	readonly ok: boolean;
	readonly found: string;
	readonly hint?: string;
};
