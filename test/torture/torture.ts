import {seededRandom} from '../helpers/seeded-random.js';
import {allCases, type TortureCase} from './cases.js';
import {judge} from './oracle.js';
import {forget, type Outcome, simulate} from './simulate.js';

export type TortureOptions = {
	readonly seed: number;
	/** Of each kind of sampled cases, for each experiment. */
	readonly pairs: number;
	/** Where each case gets a folder of its own. */
	readonly folders: string;
	/** Part of the names of those that are wanted. */
	readonly only?: string;
	/** After which no other case is begun. */
	readonly minutes?: number;
	/** Runs only about so many of all families, chosen by the seed. */
	readonly most?: number;
	readonly onFailure?: (name: string, problems: readonly string[], outcome?: Outcome) => void;
};

export type TortureReport = {
	readonly cases: number;
	readonly failed: number;
	readonly seed: number;
	readonly seconds: number;
	readonly families: Readonly<Record<string, {cases: number; failed: number}>>;
};

/** Runs the cases and counts those in which a promise was broken. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
	const {
		seed,
		pairs,
		folders,
		only = '',
		minutes = Number.POSITIVE_INFINITY,
		most = Number.POSITIVE_INFINITY,
	} = options;
	const begun = performance.now();
	const wanted = await allCases(seed, pairs, folders, only);
	const families: Record<string, {cases: number; failed: number}> = {};
	let [cases, failed] = [0, 0];
	for (const one of chosen(wanted, most, seed)) {
		if (performance.now() - begun > minutes * 60_000) {
			break;
		}

		const {problems, outcome} = await runCase(one, seed, folders);
		families[one.family] ??= {cases: 0, failed: 0};
		const family = families[one.family] as {cases: number; failed: number};
		cases++;
		family.cases++;
		if (problems.length > 0) {
			failed++;
			family.failed++;
			options.onFailure?.(one.name, problems, outcome);
		}

		if (outcome) {
			forget(outcome.folder);
		}
	}

	return {cases, failed, seed, seconds: Math.round((performance.now() - begun) / 100) / 10, families};
}

/** Of each family its share, and always some. */
function chosen(cases: readonly TortureCase[], most: number, seed: number): readonly TortureCase[] {
	if (most >= cases.length) {
		return cases;
	}

	const random = seededRandom(seed + 1);
	const mixed = cases.map(one => ({one, place: random()})).toSorted((a, b) => a.place - b.place);
	const families = Map.groupBy(mixed, ({one}) => one.family).values();
	const wanted = [...families].flatMap(family =>
		family.slice(0, Math.max(leastOfFamily, Math.round((most * family.length) / cases.length))),
	);
	const names = new Set(wanted.map(({one}) => one.name));
	return cases.filter(({name}) => names.has(name));
}

const leastOfFamily = 2;

async function runCase(
	{name, experiment, injections, diesPending}: TortureCase,
	seed: number,
	folders: string,
): Promise<{readonly problems: readonly string[]; readonly outcome?: Outcome}> {
	const random = seededRandom([...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, seed));
	try {
		const plan = {deployment: experiment.deployment, injections, ...(diesPending && {diesPending})};
		const outcome = await simulate(plan, random, folders);
		return {problems: judge(experiment, outcome), outcome};
	} catch (error) {
		return {problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)]};
	}
}
