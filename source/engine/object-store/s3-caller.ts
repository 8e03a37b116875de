import {isPassing} from '../errors/app-error.js';
import {CancelledError} from '../errors/cancelled-error.js';
import type {Clock} from '../host/clock.js';
import {systemClock} from '../host/system-clock.js';
import {unlessAborted} from '../host/unless-aborted.js';
import {checkBucketName} from './bucket-name.js';
import {diagnoseS3} from './diagnose-s3.js';
import {DamagedTransferError} from './errors/damaged-transfer-error.js';
import {persistently} from './persistently.js';
import {connectS3, type S3ClientOptions, type S3Connection} from './s3-client.js';
import {isPassingFailure, readFailure} from './s3-failure.js';

export type S3Limits = {
	/** The most attempts of a request, the first included. */
	readonly attempts: number;
	readonly firstPauseMs: number;
	readonly longestPauseMs: number;
	/** For a connection to be made. */
	readonly connectMs: number;
	/** An attempt that has moved nothing for so long is given up. */
	readonly idleMs: number;
	/** An attempt that is slower than this on the whole is given up, too. */
	readonly slowestBytesPerSecond: number;
	/** How long a cancel waits for the answer to what makes something. */
	readonly graceMs: number;
};

export type S3CallerOptions = S3ClientOptions & {
	readonly limits?: Partial<S3Limits>;
	readonly clock?: Clock;
	readonly random?: () => number;
	/** Hears of every request that has to be repeated. */
	readonly onTrouble?: () => void;
};

export type S3Call = {
	/** As the API calls it: `PutObject`. */
	readonly action: string;
	readonly bucket: string;
	readonly key?: string;
	/** What travels, to bound the time of one attempt. Undefined: no bound but idleness. */
	readonly bytes?: number;
	readonly signal?: AbortSignal | undefined;
	/** What the store has in hand of it is there a moment after a cancel, when nobody looks any more: its answer is waited for. */
	readonly makes?: boolean;
	readonly hasAcl?: boolean;
};

export type S3Attempt = S3Connection & {readonly abortSignal: AbortSignal; readonly attempt: number};

export type S3Caller = <T>(call: S3Call, send: (attempt: S3Attempt) => Promise<T>) => Promise<T>;

const defaultLimits: S3Limits = {
	attempts: 10,
	firstPauseMs: 200,
	longestPauseMs: 20_000,
	connectMs: 10_000,
	idleMs: 60_000,
	slowestBytesPerSecond: 16_384,
	graceMs: 5000,
};

/** Sends requests: the SDK is loaded by the first one, each attempt has its bounds, and the last failure is told in a sentence. */
export function createS3Caller({
	limits: wantedLimits,
	clock = systemClock,
	random = Math.random,
	onTrouble,
	...clientOptions
}: S3CallerOptions): S3Caller {
	const limits = {...defaultLimits, ...wantedLimits};
	const {endpoint, region, credentials} = clientOptions;
	const server = endpoint === undefined ? `Amazon S3 (${region})` : new URL(endpoint).host;
	let connection: Promise<S3Connection> | undefined;

	return async ({action, bucket, key, bytes, signal, makes = false, hasAcl = false}, send) => {
		checkBucketName(bucket);
		connection ??= connectS3(clientOptions, limits);
		const connected = await connection;
		let attempts = 0;
		try {
			return await persistently({...limits, clock, random, signal, isPassing: mayPass, onTrouble}, async attempt => {
				attempts = attempt;
				const bounds = {...limits, bytes, signal, graceMs: makes ? limits.graceMs : 0};
				return withinBounds(bounds, async abortSignal => send({...connected, abortSignal, attempt}));
			});
		} catch (error) {
			throw error instanceof CancelledError
				? error
				: diagnoseS3(error, {
						action,
						bucket,
						...(key !== undefined && {key}),
						hasAcl,
						server,
						region,
						profile: 'profile' in credentials ? credentials.profile : undefined,
						attempts,
						now: new Date(),
					});
		}
	};
}

const mayPass = (error: unknown): boolean =>
	error instanceof DamagedTransferError || isPassing(error) || isPassingFailure(readFailure(error));

type Bounds = S3Limits & {readonly bytes: number | undefined; readonly signal: AbortSignal | undefined};

/** One attempt ends in time, whatever the server does. */
async function withinBounds<T>(
	{connectMs, idleMs, slowestBytesPerSecond, graceMs, bytes, signal}: Bounds,
	work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
	const bound = new AbortController();
	const end = () => bound.abort();
	const longestMs = bytes === undefined ? undefined : connectMs + 2 * idleMs + (1000 * bytes) / slowestBytesPerSecond;
	const timers = longestMs === undefined ? [] : [setTimeout(end, longestMs)];
	const cancel = () => (graceMs === 0 ? end() : timers.push(setTimeout(end, graceMs)));
	signal?.addEventListener('abort', cancel, {once: true});
	try {
		return await unlessAborted(bound.signal, work(bound.signal));
	} finally {
		timers.forEach(clearTimeout);
		signal?.removeEventListener('abort', cancel);
	}
}
