import {AppError} from '../../errors/app-error.js';
import {CancelledError} from '../../errors/cancelled-error.js';
import type {Clock} from '../../host/clock.js';
import {ProxyError} from '../../host/outgoing/errors.js';
import {networkReason} from '../../host/outgoing/network-reason.js';
import {unlessAborted} from '../../host/unless-aborted.js';
import {NoTlsError} from '../no-tls-error.js';
import type {SendOptions} from './aws-calls.js';
import {type AwsFailure, awsFailure} from './aws-failure.js';
import {ClockSkewError} from './errors/clock-skew-error.js';
import {CloudQuotaError} from './errors/cloud-quota-error.js';
import {CloudUnreachableError} from './errors/cloud-unreachable-error.js';
import {CloudUntrustedError} from './errors/cloud-untrusted-error.js';
import {KeysRefusedError} from './errors/keys-refused-error.js';
import {NoCloudThereError} from './errors/no-cloud-there-error.js';
import {NotAllowedError} from './errors/not-allowed-error.js';

export type Patience = {
	/** One attempt is given up after this time: a connection that hangs is no connection. */
	readonly attemptTimeoutMs: number;
	/** Before a failing network or service is called unreachable. */
	readonly mostAttempts: number;
	/** Before a service that is too busy for us is. */
	readonly mostThrottled: number;
	/** Longest pause. */
	readonly mostPauseMs: number;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Hears of every failure that may pass, before the pause after it. */
	readonly onTrouble?: (trouble: 'transient' | 'throttled', right: string) => void;
};

const usualPatience: Patience = {
	attemptTimeoutMs: 60_000,
	mostAttempts: 8,
	mostThrottled: 30,
	mostPauseMs: 20_000,
	random: Math.random,
};

type Calling = Partial<Patience> & {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Host and port, and what should be there. */
	readonly place?: string;
	readonly service?: string;
};

/**
Asks until there is an answer: again after what may pass, with pauses of full jitter. An answer that is an error comes back
as it is when only the asker can know what it means.

@throws {ClockSkewError | KeysRefusedError | NotAllowedError | CloudQuotaError | CloudUnreachableError | CloudUntrustedError | NoTlsError |
NoCloudThereError | ProxyError | CancelledError}
*/
export async function callPatiently<Output>(
	right: string,
	ask: (options: SendOptions) => Promise<Output>,
	calling: Calling,
): Promise<Output> {
	const {clock, signal} = calling;
	const patience: Patience = {...usualPatience, ...calling};
	let [failed, throttled] = [0, 0];
	for (;;) {
		throwIfCancelled(signal);
		const attempt = new AbortController();
		const timer = setTimeout(() => attempt.abort(), patience.attemptTimeoutMs);
		const stop = () => attempt.abort();
		signal.addEventListener('abort', stop, {once: true});
		try {
			// Not every part of the SDK hears of the signal: what gets keys, for one.
			return await unlessAborted(attempt.signal, ask({abortSignal: attempt.signal}));
		} catch (error) {
			throwIfCancelled(signal);
			const failure: AwsFailure = attempt.signal.aborted ? {kind: 'transient'} : awsFailure(error, clock.now());
			failed += failure.kind === 'transient' ? 1 : 0;
			throttled += failure.kind === 'throttled' ? 1 : 0;
			if (!mayPass(failure) || failed >= patience.mostAttempts || throttled >= patience.mostThrottled) {
				throw told(error, failure, {right, ...calling});
			}

			patience.onTrouble?.(failure.kind, right);
		} finally {
			clearTimeout(timer);
			signal.removeEventListener('abort', stop);
		}

		const most = Math.min(patience.mostPauseMs, 100 * 2 ** Math.min(failed + throttled, 20));
		await clock.sleep(patience.random() * most, signal).catch(() => throwIfCancelled(signal));
	}
}

const mayPass = (failure: AwsFailure): failure is Extract<AwsFailure, {kind: 'transient' | 'throttled'}> =>
	failure.kind === 'transient' || failure.kind === 'throttled';

function throwIfCancelled({aborted, reason}: AbortSignal): void {
	if (aborted) {
		throw reason instanceof AppError ? reason : new CancelledError();
	}
}

const waitForIt = 'Try again in a few minutes; if it stays so, tell whoever runs the cloud.';

function silence(place: string | undefined, error: unknown): string {
	const reason = networkReason(error);
	return `${place ? `at ${place} ` : ''}does not answer${reason ? `: ${reason}` : ''}`;
}

/** The error as the user is told, where there is something to tell; otherwise as it came. */
function told(
	error: unknown,
	failure: AwsFailure,
	{right, place, service}: Pick<Calling, 'place' | 'service'> & {readonly right: string},
): unknown {
	if (error instanceof ProxyError) {
		return error;
	}

	switch (failure.kind) {
		case 'clock-skew':
			return new ClockSkewError(failure.aheadMs, {cause: error});
		case 'keys-expired':
			return new KeysRefusedError('expired', {cause: error});
		case 'keys-invalid':
			return new KeysRefusedError('invalid', {cause: error});
		case 'not-allowed':
			return new NotAllowedError(right, {cause: error});
		case 'quota':
			return new CloudQuotaError(right, failure.code, {cause: error});
		case 'untrusted':
			return new CloudUntrustedError(failure.reason, {cause: error});
		case 'no-tls':
			return new NoTlsError(place ?? 'its address', service ?? 'EC2', {cause: error});
		case 'transient':
			if (failure.serversOwn !== undefined) {
				const what = `${place ? `at ${place} ` : ''}fails by itself: ${failure.serversOwn}`;
				return new CloudUnreachableError(right, what, {cause: error, hint: waitForIt});
			}

			return new CloudUnreachableError(right, silence(place, error), {cause: error});
		case 'throttled':
			return new CloudUnreachableError(right, 'says we ask too often', {cause: error, hint: waitForIt});
		case 'elsewhere':
			return new NoCloudThereError(place ?? 'its address', failure.status, service, {cause: error});
		case 'other':
			return error;
	}
}
