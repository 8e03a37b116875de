import type {Deployment} from '../../source/engine/deployments/deployment.js';
import type {EndState, JournalRecord} from '../../source/engine/jobs/journal.js';
import type {Injection, Place} from './injection.js';
import type {SimWorld} from './sim-world.js';

export type Plan = {
	readonly deployment: Deployment;
	readonly injections: readonly Injection[];
	/** The cloud has an object store. */
	readonly isStaged?: boolean | undefined;
	readonly diesPending?: readonly number[];
};

/** How one process ended. `paused` is stopped from outside (SIGSTOP) while another works. `stopped` is an error out of runDeployment, which leaves the deployment to be resumed. */
export type ProcessEnd =
	| {readonly how: 'ended'; readonly state: EndState}
	| {readonly how: 'killed'}
	| {readonly how: 'paused'}
	| {readonly how: 'stopped'; readonly error: unknown};

export type Happened = {
	readonly place: Place;
	readonly name: string;
	readonly machine?: string | undefined;
};

export type Outcome = {
	readonly world: SimWorld;
	readonly folder: string;
	readonly records: readonly JournalRecord[];
	readonly damages: readonly string[];
	readonly processes: readonly ProcessEnd[];
	/** All that was done, in order: what injections count. */
	readonly happened: readonly Happened[];
	/** What a process has begun after another had taken the job over: nothing that changes anything. */
	readonly beside: readonly string[];
	/** Injections that came to pass, with the time of the world. */
	readonly injected: ReadonlyArray<{readonly injection: Injection; readonly at: number; readonly name: string}>;
	readonly passedMs: number;
	/** Without the times in which no process worked on it. */
	readonly workedMs: number;
};
