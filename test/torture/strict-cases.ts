import {type CallKill, runOnStrictServer} from '../helpers/ec2-fake-deployment.js';
import type {Fault, PlannedRequest} from '../helpers/ec2-server/fault-plan.js';
import {seededRandom} from '../helpers/seeded-random.js';

/** A deployment by the EC2 adapter on the strict server; it throws when a promise is broken. */
export type StrictCase = {
	readonly name: string;
	readonly family: 'ec2-call' | 'ec2-kill' | 'ec2-kills';
	/** @returns Whether what was planned came to pass. */
	run(): Promise<boolean>;
};

export const strictExperiment = 'ec2';

const faults: Readonly<Record<string, Fault>> = {
	throttled: {kind: 'throttle'},
	'server-error': {kind: 'refuse', status: 500, code: 'InternalError'},
	hang: {kind: 'hang'},
	'reply-lost': {kind: 'lose-reply'},
};

/** Of questions asked again and again, the first two stand for all. */
const mostAlike = 2;

/** Each call of a run is struck by each fault, and the process killed before it and after it; then pairs of kills by the seed. */
export async function strictCases(seed: number, pairs: number): Promise<readonly StrictCase[]> {
	const all: PlannedRequest[] = [];
	await runOnStrictServer({
		faults(request) {
			all.push(request);
			return undefined;
		},
		judge: () => undefined,
	});
	const calls = all.filter(({action, ofAction}) => !action.startsWith('Describe') || ofAction <= mostAlike);
	const kills = calls.flatMap(({action, ofAction}) =>
		(['before', 'after'] as const).map(when => ({action, ofAction, when})),
	);
	const random = seededRandom(seed);
	const anyKill = (): CallKill => kills[Math.floor(random() * kills.length)] as CallKill;
	return [
		...calls.flatMap(call => Object.entries(faults).map(([how, fault]) => struck(call, how, fault))),
		...kills.map(kill => killed([kill])),
		...Array.from({length: pairs}, () => killed([anyKill(), anyKill()])),
	];
}

function struck({action, ofAction}: PlannedRequest, how: string, fault: Fault): StrictCase {
	return {
		name: `${strictExperiment}/ec2-call/${how}@${action}-${ofAction}`,
		family: 'ec2-call',
		async run() {
			let wasMet = false;
			await runOnStrictServer({
				faults(request) {
					const isHere = request.action === action && request.ofAction === ofAction;
					wasMet ||= isHere;
					return isHere ? fault : undefined;
				},
			});
			return wasMet;
		},
	};
}

function killed(kills: readonly CallKill[]): StrictCase {
	const family = kills.length > 1 ? 'ec2-kills' : 'ec2-kill';
	const names = kills.map(({action, ofAction, when}) => `kill-${when}@${action}-${ofAction}`);
	return {
		name: `${strictExperiment}/${family}/${names.join('+')}`,
		family,
		run: async () => (await runOnStrictServer({kills})).deaths > 0,
	};
}
