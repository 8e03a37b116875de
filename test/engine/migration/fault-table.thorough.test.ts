import assert from 'node:assert/strict';
import {after, before, mock, test} from 'node:test';
import {AppError} from '../../../source/engine/errors/app-error.js';
import {everyNth, type FaultPlan} from '../../helpers/ec2-server/fault-plan.js';
import {startWay, type Waiting, type Way, type WayTrial} from '../../helpers/fault-ways.js';
import type {Passing, Fault as S3Fault} from '../../helpers/faulty-proxy.js';
import {type SwiftServer, startSwiftServer} from '../../helpers/swift-server.js';

type Row = {
	readonly fault: string;
	/** What goes wrong at the store, by request; a new plan for each upload. */
	readonly toStore?: () => (passing: Passing) => S3Fault | undefined;
	readonly toEc2?: FaultPlan;
	/** What else is wrong, and its end. */
	readonly around?: (trial: WayTrial) => () => void;
	/** How it ends by each way: `whole` in spite of the fault, or in these words; then, once it has passed, it is gone on with to the whole. */
	readonly ends: Partial<Readonly<Record<Way, 'whole' | RegExp>>>;
	/** It does not pass: another bucket, another disk. */
	readonly isFinal?: true;
	/** Servers do not answer at all: they are not waited for as long as usual. */
	readonly isSilent?: true;
};

const damaged = /not what was sent|differs|damaged/i;
const wrongClock = /clock of this machine is (?:2 h|120 min)/;
const skewMs = 2 * 3_600_000;
const isBody = ({method, url}: Passing) => method === 'PUT' && /partNumber=|\.part\./.test(url);

/** The first time each part is sent. */
const firstOfEachPart = (fault: S3Fault) => () => {
	const seen = new Set<string>();
	return (passing: Passing) => {
		const isFirst = isBody(passing) && !seen.has(passing.url);
		seen.add(passing.url);
		return isFirst ? fault : undefined;
	};
};

const all = (end: 'whole' | RegExp): Row['ends'] => ({
	object: end,
	'ebs-direct': end,
	'import-snapshot': end,
	bundle: end,
});
const toStores = (end: 'whole' | RegExp): Row['ends'] => ({object: end, 'import-snapshot': end, bundle: end});

/**
Each fault by each way: a resumed upload, or a sentence and then a resumed upload; never an image that is not its source.
What is left out cannot happen there (EBS direct knows no buckets and no ETags), or is the same code and tried already: an
import sends its object as the way `object` does, and a bundle's requests are repeated as an object's are.
*/
const table: readonly Row[] = [
	{
		fault: 'the connection is cut at every third request',
		toStore:
			() =>
			({number}) =>
				number % 3 === 0 ? 'cut' : undefined,
		toEc2: everyNth(3, {kind: 'cut'}),
		ends: all('whole'),
	},
	{
		fault: 'the answer is lost at every third request',
		toStore:
			() =>
			({number}) =>
				number % 3 === 0 ? 'lose answer' : undefined,
		toEc2: everyNth(3, {kind: 'lose-reply'}),
		ends: all('whole'),
	},
	{
		fault: 'a storm of 503',
		toStore:
			() =>
			({number}) =>
				number < 16 && number % 4 ? {status: 503} : undefined,
		toEc2: ({number}) => (number < 16 && number % 4 ? {kind: 'unavailable'} : undefined),
		ends: {object: 'whole', 'ebs-direct': 'whole'},
	},
	{
		fault: '503 for ever, from the fifth request on',
		toStore:
			() =>
			({number}) =>
				number > 4 ? {status: 503} : undefined,
		toEc2: ({number}) => (number > 4 ? {kind: 'unavailable'} : undefined),
		ends: {
			...toStores(/did not do \w+ in 2 attempts: it answered 503/),
			'ebs-direct': /The cloud at [\d.:]+ fails by itself: HTTP 503/,
		},
	},
	{
		fault: 'a server that hangs for ever, from the fifth request on',
		toStore:
			() =>
			({number}) =>
				number > 4 ? 'hang' : undefined,
		toEc2: ({number}) => (number > 4 ? {kind: 'hang'} : undefined),
		ends: {
			...toStores(/did not do \w+ in 2 attempts: it did not answer in time/),
			'ebs-direct': /The cloud at [\d.:]+ does not answer/,
		},
		isSilent: true,
	},
	{
		fault: 'keys that are revoked in mid-upload',
		toStore:
			() =>
			({number}) =>
				number > 4 ? {status: 403, code: 'InvalidAccessKeyId'} : undefined,
		toEc2: ({number}) => (number > 4 ? {kind: 'refuse', status: 403, code: 'UnrecognizedClientException'} : undefined),
		ends: {...toStores(/access key|may not/), 'ebs-direct': /does not accept the access key/},
	},
	{
		fault: 'a clock that is two hours ahead',
		around({server}) {
			mock.timers.enable({apis: ['Date'], now: Date.now() + skewMs});
			server.clockAheadMs = -skewMs;
			return () => {
				mock.timers.reset();
				server.clockAheadMs = 0;
			};
		},
		ends: {object: wrongClock, 'ebs-direct': wrongClock, bundle: wrongClock},
	},
	{
		fault: 'a bucket in another region',
		toStore: () => () => ({status: 301, code: 'PermanentRedirect', headers: {'x-amz-bucket-region': 'eu-north-1'}}),
		ends: toStores(/eu-north-1/),
		isFinal: true,
	},
	{
		fault: 'parts whose ETag is not theirs, once each',
		toStore: firstOfEachPart('wrong etag'),
		ends: toStores('whole'),
	},
	{
		fault: 'parts that are damaged on their way, once each',
		toStore: firstOfEachPart('damage'),
		ends: {object: 'whole', bundle: 'whole'},
	},
	{
		fault: 'parts whose ETag is never theirs',
		toStore: () => passing => (isBody(passing) ? 'wrong etag' : undefined),
		ends: {object: damaged, bundle: damaged},
	},
	{
		fault: 'blocks that are others in the cloud than those that were sent',
		around({server}) {
			server.faults = ({action}) => {
				const [snapshot] = server.world.snapshots.values();
				if (action === 'CompleteSnapshot') {
					snapshot?.written.set(3, {sha256: Buffer.alloc(32), data: Buffer.alloc(524_288)});
				}

				return undefined;
			};
			return () => undefined;
		},
		ends: {'ebs-direct': /was not completed: The checksum is not that of the written blocks/},
	},
];

const hasty: Waiting = {s3: {attempts: 2, firstPauseMs: 10, longestPauseMs: 50}, ec2: {mostAttempts: 2}};
const hastiest: Waiting = {s3: {...hasty.s3, idleMs: 500}, ec2: {...hasty.ec2, attemptTimeoutMs: 500}};
const patient: Waiting = {s3: {attempts: 12, firstPauseMs: 10, longestPauseMs: 100}, ec2: {}};

let swift: SwiftServer;
before(async () => {
	swift = await startSwiftServer();
});
after(async () => swift?.end());

for (const {fault, toStore, toEc2, around, ends, isFinal, isSilent} of table) {
	for (const [way, end] of Object.entries(ends) as ReadonlyArray<[Way, 'whole' | RegExp]>) {
		const title = end === 'whole' ? 'the whole arrives' : `one sentence${isFinal ? '' : ', then the whole'}`;
		test(`${way}, ${fault}: ${title}`, async t => {
			const plan = toStore?.();
			let isOver = false;
			const trial = await startWay(t, way, {swift, toStore: passing => (isOver ? undefined : plan?.(passing))});
			trial.server.faults = toEc2 ?? (() => undefined);
			const stop = around?.(trial);
			const ran = trial.run(end === 'whole' ? patient : isSilent ? hastiest : hasty).finally(stop);
			if (end === 'whole') {
				await ran;
				trial.server.faults = () => undefined;
				await trial.assertWhole();
				return;
			}

			await assert.rejects(ran, (error: unknown) => {
				assert.ok(error instanceof AppError, String((error as Error).stack));
				assert.match(error.message, end);
				assert.ok(error.hint.length > 10);
				return true;
			});
			isOver = true;
			trial.server.faults = () => undefined;
			await trial.assertNothingWrong();
			if (!isFinal) {
				await trial.run(patient);
				await trial.assertWhole();
			}
		});
	}
}
