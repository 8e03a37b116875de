import type {InstanceState} from '../cloud.js';

/** What is written down about an instance, and what of it really runs. */
export type Signs = {
	readonly ended: {readonly reason: string} | undefined;
	readonly terminating: boolean;
	readonly started: boolean;
	readonly alive: boolean;
	/** QEMU's words; undefined when it does not answer. */
	readonly runState: string | undefined;
};

export type StateFound = {
	readonly state: InstanceState;
	readonly stateReason?: string;
	/** Its process is gone for good, and nobody wrote that down yet. */
	readonly toSettle?: true;
};

export const reasons = {
	asked: 'Client.UserInitiatedShutdown: User initiated shutdown',
	guest: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
	crash: 'Server.InternalError',
	hostRestart: 'Server.InternalError: This machine was restarted',
	stuck:
		'Server.InsufficientStorage: The instance is paused, since its disk cannot be written; is the disk of this machine full?',
	elsewhere:
		'Server.Elsewhere: It runs on another host or in another container that shares this folder, and ends only there',
	alone: 'Server.InternalError: The switch that joins it to its peers cannot be started',
	panic: 'Server.InternalError: The kernel of the guest panicked',
} as const;

/** The state of an instance in EC2's words. */
export function instanceState({ended, terminating, started, alive, runState}: Signs): StateFound {
	if (ended) {
		return {state: 'terminated', stateReason: ended.reason};
	}

	if (terminating) {
		return alive ? {state: 'shutting-down', stateReason: reasons.asked} : {state: 'terminated', toSettle: true};
	}

	if (!alive) {
		return started ? {state: 'terminated', toSettle: true} : {state: 'pending'};
	}

	if (runState === 'io-error') {
		return {state: 'running', stateReason: reasons.stuck};
	}

	if (runState === 'guest-panicked') {
		return {state: 'running', stateReason: reasons.panic};
	}

	return {state: started || runState === 'running' ? 'running' : 'pending'};
}
