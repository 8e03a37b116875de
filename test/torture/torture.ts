import {seededRandom} from '../helpers/seeded-random.js';
import {someAtOnce} from '../helpers/some-at-once.js';
import {allCases} from './cases.js';
import {judge} from './oracle.js';
import type {Outcome} from './outcome.js';
import {forget, simulate} from './simulate.js';
import {type StrictCase, strictCases, strictExperiment} from './strict-cases.js';
import type {TortureCase} from './torture-case.js';

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
	/** Runs every so-manyth of the cases, beginning with this one. */
	readonly share?: {readonly index: number; readonly of: number};
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
		share = {index: 0, of: 1},
	} = options;
	const begun = performance.now();
	const isLate = () => performance.now() - begun > minutes * 60_000;
	const families: Record<string, {cases: number; failed: number}> = {};
	const note = ({name, family}: {readonly name: string; readonly family: string}, {problems, outcome}: Verdict) => {
		families[family] ??= {cases: 0, failed: 0};
		families[family].cases++;
		if (problems.length > 0) {
			families[family].failed++;
			options.onFailure?.(name, problems, outcome);
		}
	};
	const simulated = await allCases(seed, pairs, folders, only);
	const strict = (isNamed(only) ? [] : await strictCases(seed, pairs)).filter(({name}) => name.includes(only));
	const all = chosen([...simulated, ...strict], most, seed).filter((_, place) => place % share.of === share.index);
	// In a part of the time a part of each family.
	const wanted = Number.isFinite(minutes) ? mixed(all, seed) : all;
	for (const one of wanted) {
		if ('experiment' in one && !isLate()) {
			const verdict = await runCase(one, seed, folders);
			note(one, verdict);
			if (verdict.outcome) {
				forget(verdict.outcome.folder);
			}
		}
	}

	await someAtOnce(
		wanted.filter(one => 'run' in one),
		async one => {
			if (!isLate()) {
				note(one, await runStrictCase(one));
			}
		},
	);
	const counts = Object.values(families);
	const [cases, failed] = [sum(counts.map(each => each.cases)), sum(counts.map(each => each.failed))];
	return {cases, failed, seed, seconds: Math.round((performance.now() - begun) / 100) / 10, families};
}

type Verdict = {readonly problems: readonly string[]; readonly outcome?: Outcome};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Whether simulated cases alone are wanted. */
const isNamed = (only: string): boolean => only.includes('/') && !only.startsWith(`${strictExperiment}/`);

/** Of each family its share, and always some. */
function chosen<Case extends {readonly name: string; readonly family: string}>(
	cases: readonly Case[],
	most: number,
	seed: number,
): readonly Case[] {
	if (most >= cases.length) {
		return cases;
	}

	const families = Map.groupBy(mixed(cases, seed + 1), ({family}) => family).values();
	const wanted = [...families].flatMap(family =>
		family.slice(0, Math.max(leastOfFamily, Math.round((most * family.length) / cases.length))),
	);
	const names = new Set(wanted.map(({name}) => name));
	return cases.filter(({name}) => names.has(name));
}

const leastOfFamily = 2;

function mixed<Case>(cases: readonly Case[], seed: number): readonly Case[] {
	const random = seededRandom(seed);
	const placed = cases.map(one => ({one, place: random()}));
	return placed.toSorted((left, right) => left.place - right.place).map(({one}) => one);
}

async function runCase(
	{name, experiment, injections, diesPending}: TortureCase,
	seed: number,
	folders: string,
): Promise<Verdict> {
	const random = seededRandom([...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, seed));
	try {
		const {deployment, isStaged} = experiment;
		const plan = {deployment, isStaged, injections, ...(diesPending && {diesPending})};
		const outcome = await simulate(plan, random, folders);
		return {problems: judge(experiment, outcome), outcome};
	} catch (error) {
		return {problems: [stackOf(error)]};
	}
}

async function runStrictCase({run}: StrictCase): Promise<Verdict> {
	try {
		await run();
		return {problems: []};
	} catch (error) {
		return {problems: [stackOf(error)]};
	}
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
