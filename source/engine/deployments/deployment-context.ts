import type {Cloud} from '../cloud/cloud.js';
import type {Clock} from '../host/clock.js';
import type {Journal} from '../jobs/journal.js';
import type {Monitor} from '../monitoring/monitor.js';
import type {KeyPair} from '../ssh/make-key-pair.js';
import type {RemoteTaskRunner} from '../ssh/remote-task.js';
import type {ConnectShell} from '../ssh/shell.js';
import type {Deployment} from './deployment.js';

/** What a deployment needs of the world. */
export type DeploymentContext = {
	readonly deployment: Deployment;
	/** `<home>/deployments/<template>/<ID>`, absolute. */
	readonly folder: string;
	readonly cloud: Cloud;
	readonly connect: ConnectShell;
	readonly journal: Journal;
	readonly monitor: Monitor;
	readonly clock: Clock;
	/** Aborted when the user wants the end, at once and without the data. */
	readonly cancel: AbortSignal;
	/** Aborted when the user wants the end, results first. Left out: they never will. */
	readonly finish?: AbortSignal;
	/** Default: those of the engine. */
	readonly tasks?: RemoteTaskRunner;
	/** Default: that of the engine, which uses a processor for up to a second. */
	readonly makeRsaKeyPair?: (comment: string) => Promise<KeyPair>;
	readonly timing?: Partial<Timing>;
};

/** How often and how long, in milliseconds unless the name says otherwise. */
export type Timing = {
	/** Between two looks at instances that start or end. */
	readonly launchPollMs: number;
	/** From the reservation to SSH; three cold boots at once take some 110 s under emulation. */
	readonly bootLimitMs: number;
	/** How long the user has to say whether a host key is right that nobody else knows of. */
	readonly hostKeyLimitMs: number;
	/** Between two lines that say how far the boot is. */
	readonly bootNewsMs: number;
	/** The longest pause between two attempts to connect. */
	readonly reconnectPauseMs: number;
	/** How long an instance that the cloud calls running may be out of reach. */
	readonly unreachableLimitMs: number;
	/** For one call to the cloud, which may ask several times by itself. */
	readonly cloudCallLimitMs: number;
	/** How long the cloud may give no answer before that ends what needs it. */
	readonly cloudSilenceLimitMs: number;
	/** For making a connection, and for a short command on an instance: longer means that it hangs. */
	readonly commandLimitMs: number;
	/** How long a transfer may stand still. */
	readonly transferStallMs: number;
	/** How long we wait for room on this machine's disk to write the journal. */
	readonly journalLimitMs: number;
	/** Between two looks for room, where a deployment waits for it. */
	readonly roomPollMs: number;
	/** Between two looks at a start script that runs. */
	readonly scriptPollMs: number;
	/** Between two looks at whether the roles are done. */
	readonly completionPollMs: number;
	/** For ending the scripts that still run on an instance when the user wants the end: it may be out of reach. */
	readonly stopScriptsLimitMs: number;
	/** Between two attempts to get data that could not be had. */
	readonly collectRetryMs: number;
	/** Between two renewals of the lease of an instance, or more often where the lease is short. */
	readonly leaseEveryMs: number;
	readonly monitorEveryMs: number;
	readonly monitorFinishLimitMs: number;
	readonly terminateLimitMs: number;
	/** How long the cloud must have said that there is nothing, where an instance may have been reserved without our knowing. */
	readonly settleMs: number;
	/** Instances that are worked on side by side. */
	readonly concurrency: number;
};

export const defaultTiming: Timing = {
	launchPollMs: 2000,
	bootLimitMs: 10 * 60_000,
	hostKeyLimitMs: 30 * 60_000,
	bootNewsMs: 20_000,
	reconnectPauseMs: 10_000,
	unreachableLimitMs: 10 * 60_000,
	cloudCallLimitMs: 10 * 60_000,
	cloudSilenceLimitMs: 15 * 60_000,
	commandLimitMs: 2 * 60_000,
	transferStallMs: 15 * 60_000,
	journalLimitMs: 15 * 60_000,
	roomPollMs: 10_000,
	scriptPollMs: 2000,
	completionPollMs: 5000,
	stopScriptsLimitMs: 2 * 60_000,
	collectRetryMs: 60_000,
	leaseEveryMs: 120_000,
	monitorEveryMs: 60_000,
	monitorFinishLimitMs: 60_000,
	terminateLimitMs: 10 * 60_000,
	settleMs: 5000,
	concurrency: 16,
};
