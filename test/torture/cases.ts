import {seededRandom} from '../helpers/seeded-random.js';
import {
	clockFaults,
	cloudFaults,
	diskFaults,
	kills,
	pauses,
	powerFailures,
	refusals,
	shellFaults,
	stalls,
	storeFaults,
} from './effects.js';
import {type Experiment, experiments} from './experiments.js';
import type {Effect, Injection, Place} from './injection.js';
import {injectionName} from './injection.js';
import type {Happened} from './outcome.js';
import {forget, simulate} from './simulate.js';
import {stagedCases} from './staged-cases.js';
import {strictExperiment} from './strict-cases.js';
import {single, type TortureCase} from './torture-case.js';

/** All cases: each thing that a run does is struck by everything that can strike it; then pairs and triples by the seed. */
export async function allCases(
	seed: number,
	pairs: number,
	folders: string,
	only = '',
): Promise<readonly TortureCase[]> {
	const cases: TortureCase[] = [];
	const named = experiments.filter(({name}) => only.startsWith(`${name}/`));
	const isStrict = only.startsWith(`${strictExperiment}/`);
	for (const experiment of named.length > 0 || isStrict ? named : experiments) {
		const happened = await probe(experiment, folders);
		const at = (family: string, place: Place, effects: readonly Effect[], chosen?: (one: Happened) => boolean) => {
			const things = happened.filter(one => one.place === place);
			for (const [index, thing] of things.entries()) {
				if (!chosen || chosen(thing)) {
					cases.push(...effects.map(effect => single(family, experiment, {place, number: index + 1, effect})));
				}
			}
		};
		const withLag = (family: string, place: Place, effects: readonly Effect[]) => {
			const lag: Injection = {place: 'cloud', number: 1, effect: {do: 'lag', seconds: 60}};
			for (let number = 1; number <= happened.filter(one => one.place === place).length; number++) {
				for (const effect of effects) {
					const injection = {place, number, effect};
					const name = `${experiment.name}/${family}/${injectionName(lag)}+${injectionName(injection)}`;
					cases.push({name, family, experiment, injections: [lag, injection]});
				}
			}
		};
		cases.push({name: `${experiment.name}/calm`, family: 'calm', experiment, injections: []});
		if (experiment.isStaged) {
			const run = async (injections: readonly Injection[]) => probe(experiment, folders, injections);
			cases.push(...(await stagedCases(experiment, happened, run)), ...sampled(experiment, happened, seed, pairs));
			continue;
		}

		at('kill', 'record', kills);
		at('kill', 'cloud', kills);
		at('kill', 'shell', kills);
		at('kill', 'disk', kills);
		at('power', 'record', powerFailures);
		at('power', 'cloud', powerFailures);
		at('power', 'disk', powerFailures, ({name}) => name === 'rename' || name === 'sync');
		at('cloud', 'cloud', cloudFaults);
		const running = new Set(
			happened.slice(happened.findLastIndex(({place, name}) => place === 'cloud' && name.startsWith('reserve')) + 1),
		);
		at('refuse', 'cloud', refusals, one => running.has(one));
		at('shell', 'shell', shellFaults);
		at('shell', 'shell', [{do: 'fail', how: 'wrong-sum', when: 'before'}], ({name}) => name === 'download');
		at('disk', 'disk', diskFaults);
		at('immortal', 'cloud', [{do: 'immortal'}], ({name}) => name !== 'checkCapacity' && name !== 'prepare');
		withLag('lag-kill', 'cloud', kills);
		withLag('lag-cancel', 'record', [{do: 'cancel'}]);
		at('two-hosts', 'record', pauses);
		at('two-hosts', 'cloud', pauses);
		at('two-hosts', 'shell', pauses);
		at('two-hosts', 'disk', pauses.slice(-1));
		cases.push(...cancelledElsewhere(experiment, happened));
		at('cancel', 'record', [{do: 'cancel'}]);
		at('cancel', 'shell', [{do: 'cancel'}]);
		at('finish', 'record', [{do: 'finish'}]);
		at('finish', 'shell', [{do: 'finish'}]);
		if (experiment.limit !== undefined) {
			at('limit', 'record', stalls);
			at('limit', 'shell', stalls);
		}

		at('clock', 'record', clockFaults);
		for (const first of [1, 2, 3].filter(number => number <= instanceCount(experiment))) {
			cases.push(...[[first], [first, instanceCount(experiment) + 1]].map(numbers => pending(experiment, numbers)));
		}

		cases.push(...sampled(experiment, happened, seed, pairs));
	}

	return cases.filter(({name}) => name.includes(only));
}

const instanceCount = ({deployment}: Experiment) => deployment.roles.reduce((sum, {count}) => sum + count, 0);

async function probe(
	experiment: Experiment,
	folders: string,
	injections: readonly Injection[] = [],
): Promise<readonly Happened[]> {
	const outcome = await simulate({...experiment, injections}, seededRandom(1), folders);
	forget(outcome.folder);
	return outcome.happened;
}

/** One host is stopped at a call to the cloud, and the user cancels on the other; the call comes after the end. */
function cancelledElsewhere(experiment: Experiment, happened: readonly Happened[]): readonly TortureCase[] {
	return happened.flatMap(({place}, index) => {
		if (place !== 'cloud') {
			return [];
		}

		const before = (of: Place) => happened.slice(0, index).filter(one => one.place === of).length;
		const injections: readonly Injection[] = [
			{place: 'cloud', number: before('cloud') + 1, effect: {do: 'pause', minutes: 100_000}},
			{place: 'record', number: before('record') + 1, effect: {do: 'cancel'}},
		];
		const name = `${experiment.name}/two-hosts-cancel/${injections.map(injectionName).join('+')}`;
		return [{name, family: 'two-hosts-cancel', experiment, injections}];
	});
}

function pending(experiment: Experiment, diesPending: readonly number[]): TortureCase {
	return {
		name: `${experiment.name}/pending/dies-${diesPending.join('-')}`,
		family: 'pending',
		experiment,
		injections: [],
		diesPending,
	};
}

/** Two kills, a cancel and a kill, a fault and a kill, and anything with anything. */
function sampled(
	experiment: Experiment,
	happened: readonly Happened[],
	seed: number,
	pairs: number,
): readonly TortureCase[] {
	const random = seededRandom(seed);
	const choose = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const somewhere = (place: Place): number =>
		1 + Math.floor(random() * 1.1 * happened.filter(one => one.place === place).length);
	const store: readonly Place[] = experiment.isStaged ? ['store', 'store'] : [];
	const anyKill = (): Injection => {
		const place = choose<Place>(['record', 'record', 'cloud', 'shell', 'disk', ...store]);
		return {place, number: somewhere(place), effect: choose(kills)};
	};
	const anyFault = (): Injection => {
		const place = choose<Place>(['record', 'cloud', 'shell', 'disk', ...store]);
		const faults = {
			record: [...clockFaults, {do: 'gone'} as const],
			cloud: cloudFaults,
			store: storeFaults,
			shell: shellFaults,
			disk: diskFaults,
		};
		return {place, number: somewhere(place), effect: choose<Effect>(faults[place])};
	};
	const finish = (): Injection => ({place: 'record', number: somewhere('record'), effect: {do: 'finish'}});
	const cancel = (): Injection => ({place: 'record', number: somewhere('record'), effect: {do: 'cancel'}});
	const kinds: ReadonlyArray<readonly [string, () => readonly Injection[]]> = [
		['kill-kill', () => [anyKill(), anyKill()]],
		['kill-kill-kill', () => [anyKill(), anyKill(), anyKill()]],
		['cancel-kill', () => [cancel(), anyKill()]],
		['finish-kill', () => [finish(), anyKill()]],
		['finish-fault', () => [finish(), anyFault()]],
		['finish-cancel', () => [finish(), cancel()]],
		['fault-kill', () => [anyFault(), anyKill()]],
		['fault-cancel', () => [anyFault(), cancel()]],
		['fault-fault', () => [anyFault(), anyFault()]],
	];
	return kinds.flatMap(([family, make]) =>
		Array.from({length: pairs}, (_, index): TortureCase => {
			const injections = make();
			const name = `${experiment.name}/${family}/${index + 1}+${injections.map(injectionName).join('+')}`;
			return {name, family, experiment, injections};
		}),
	);
}
