import {kills, powerFailures, shellFaults, storeFaults} from './effects.js';
import type {Experiment} from './experiments.js';
import {type Effect, type FetchEnd, type Injection, injectionName, type Place} from './injection.js';
import type {Happened} from './outcome.js';
import {single, type TortureCase} from './torture-case.js';

const fetchEnds: readonly FetchEnd[] = ['cut', 'forbidden', 'unreachable', 'differs', 'toolless', 'busy', 'mute'];

/** What can befall inputs that are staged; all else is struck in the other experiments. */
export async function stagedCases(
	experiment: Experiment,
	happened: readonly Happened[],
	run: (injections: readonly Injection[]) => Promise<readonly Happened[]>,
): Promise<readonly TortureCase[]> {
	const at = (family: string, place: Place, effects: readonly Effect[], chosen = (_: Happened) => true) =>
		happened
			.filter(one => one.place === place)
			.flatMap((thing, index) =>
				chosen(thing) ? effects.map(effect => single(family, experiment, {place, number: index + 1, effect})) : [],
			);
	const isFetch = ({name}: Happened) => name === 'fetch';
	const calls = happened.filter(({place}) => place === 'store').length;
	return [
		...at('kill', 'record', kills),
		...at('power', 'record', powerFailures, ({name}) => name.includes('stage')),
		...at('power', 'store', powerFailures),
		...at('cancel', 'record', [{do: 'cancel'}]),
		...at('finish', 'record', [{do: 'finish'}]),
		...at('store-kill', 'store', kills),
		...at('store', 'store', storeFaults),
		...at('store-cancel', 'store', [{do: 'cancel'}]),
		...at('fetch', 'shell', [...kills, {do: 'cancel'}, ...shellFaults], isFetch),
		...at(
			'fetch',
			'shell',
			fetchEnds.map(how => ({do: 'fetch-ends', how})),
			isFetch,
		),
		...Array.from({length: calls}, (_, index) => twice(experiment, index + 1)).flat(),
		...(await struckAtEnd(experiment, happened, run)),
	];
}

/** What follows a kill in the store is struck, too: by the next call, which is of the process that resumes. */
function twice(experiment: Experiment, number: number): readonly TortureCase[] {
	const seconds: readonly Effect[] = [...kills, {do: 'cancel'}];
	return kills.flatMap(kill =>
		seconds.map(effect =>
			pair('store-twice', experiment, [
				{place: 'store', number, effect: kill},
				{place: 'store', number: number + 1, effect},
			]),
		),
	);
}

/** What takes the staged inputs away once it was cancelled while they were sent, and when all were there. */
async function struckAtEnd(
	experiment: Experiment,
	happened: readonly Happened[],
	run: (injections: readonly Injection[]) => Promise<readonly Happened[]>,
): Promise<readonly TortureCase[]> {
	const cases: TortureCase[] = [];
	const records = happened.filter(({place}) => place === 'record');
	for (const begun of ['stage-upload started', 'prepare-cloud started']) {
		const number = 1 + records.findIndex(({name}) => name === begun);
		const cancel: Injection = {place: 'record', number, effect: {do: 'cancel'}};
		const calls = (await run([cancel])).filter(({place}) => place === 'store');
		const first = calls.findIndex(({name}) => name === 'listUploads' || name === 'list');
		for (let call = first; call < calls.length; call++) {
			const effects = [...kills, ...storeFaults];
			cases.push(
				...effects.map(effect => pair('store-end', experiment, [{place: 'store', number: call + 1, effect}, cancel])),
			);
		}
	}

	return cases;
}

function pair(family: string, experiment: Experiment, injections: readonly [Injection, Injection]): TortureCase {
	const name = `${experiment.name}/${family}/${injections.map(injectionName).join('+')}`;
	return {name, family, experiment, injections};
}
