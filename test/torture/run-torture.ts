import {fork} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type FuzzReport, fuzz} from './fuzz/fuzz.js';
import {type TortureReport, torture} from './torture.js';

// `npm run torture [-- --seed N] [--only PART] [--minutes N] [--pairs N] [--most N] [--fuzz N] [--json]`; all cases are shared
// out to processes, one for each core, each with its `--share I/N`. With `--only fuzz` it gives N mutated inputs to each place
// where D2CM takes in what others made, and `--only fuzz/ext/123` is one of them again.
const {values} = parseArgs({
	options: {
		seed: {type: 'string', default: '1'},
		only: {type: 'string'},
		minutes: {type: 'string'},
		pairs: {type: 'string', default: '60'},
		most: {type: 'string'},
		share: {type: 'string'},
		fuzz: {type: 'string', default: '100000'},
		json: {type: 'boolean', default: false},
	},
});
const say = values.json ? () => undefined : (text: string) => console.log(text);
const isFuzz = values.only?.startsWith('fuzz') ?? false;
const isWhole = values.only === undefined && values.most === undefined && values.share === undefined;
const report = isFuzz ? await fuzzAll() : isWhole ? await shareOut(availableParallelism()) : await work();
if (process.send) {
	process.send(report);
	process.disconnect();
} else {
	for (const [family, {cases, failed}] of Object.entries('families' in report ? report.families : {})) {
		say(`${family.padEnd(16)}${String(cases).padStart(6)} cases${failed > 0 ? `, ${failed} failed` : ''}`);
	}

	// One process, so that its memory is that of the readers alone.
	const fuzzed = 'boundaries' in report ? report : isWhole ? await apart<FuzzReport>(['--only', 'fuzz']) : undefined;
	for (const [boundary, {cases, failed, seed, seconds, peakMiB}] of Object.entries(fuzzed?.boundaries ?? {})) {
		console.log(JSON.stringify({boundary, cases, failed, seed, seconds, peakMiB}));
	}

	const both = [...('families' in report ? [report] : []), ...(fuzzed ? [fuzzed] : [])];
	const total = (key: 'cases' | 'failed' | 'seconds') => both.reduce((sum, each) => sum + each[key], 0);
	const [cases, failed, seconds] = [total('cases'), total('failed'), Math.round(total('seconds') * 10) / 10];
	console.log(JSON.stringify({cases, failed, seed: report.seed, seconds, ...(fuzzed && {peakMiB: fuzzed.peakMiB})}));
	process.exitCode = failed > 0 ? 1 : 0;
}

async function fuzzAll(): Promise<FuzzReport> {
	return inFolder(async folders =>
		fuzz({
			seed: Number(values.seed),
			cases: Number(values.fuzz),
			only: values.only ?? 'fuzz',
			lanes: availableParallelism(),
			folders,
			onFailure: (name, problem) =>
				console.error(`FAILED npm run torture -- --seed ${values.seed} --only ${name}\n\t${problem}`),
		}),
	);
}

async function inFolder<Report>(run: (folders: string) => Promise<Report>): Promise<Report> {
	const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-torture-'));
	try {
		return await run(folders);
	} finally {
		rmSync(folders, {recursive: true, force: true});
	}
}

async function work(): Promise<TortureReport> {
	return inFolder(async folders =>
		torture({
			seed: Number(values.seed),
			pairs: Number(values.pairs),
			folders,
			...(values.only !== undefined && {only: values.only}),
			...(values.most !== undefined && {most: Number(values.most)}),
			...(values.minutes !== undefined && {minutes: Number(values.minutes)}),
			...(values.share !== undefined && {share: shareOf(values.share)}),
			// On standard error, so that a case that failed can be run alone after `--json`, too.
			onFailure: (name, problems) =>
				console.error(`FAILED ${name}\n${problems.map(problem => `\t${problem}`).join('\n')}`),
		}),
	);
}

function shareOf(text: string): {readonly index: number; readonly of: number} {
	const [index = 0, of = 1] = text.split('/').map(Number);
	return {index, of};
}

async function shareOut(processes: number): Promise<TortureReport> {
	const shares = Array.from({length: processes}, async (_, index) =>
		apart<TortureReport>(['--share', `${index}/${processes}`]),
	);
	const reports = await Promise.all(shares);
	const families: Record<string, {cases: number; failed: number}> = {};
	for (const [family, {cases, failed}] of reports.flatMap(report => Object.entries(report.families))) {
		families[family] ??= {cases: 0, failed: 0};
		families[family].cases += cases;
		families[family].failed += failed;
	}

	const sum = (key: 'cases' | 'failed') => reports.reduce((total, report) => total + report[key], 0);
	const seconds = Math.max(...reports.map(report => report.seconds));
	return {cases: sum('cases'), failed: sum('failed'), seed: Number(values.seed), seconds, families};
}

/** Runs a part in a process of its own. */
async function apart<Report>(options: readonly string[]): Promise<Report> {
	return new Promise((resolve, reject) => {
		const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), ...options]);
		child.once('message', message => resolve(message as Report));
		child.once('exit', code => reject(new Error(`A process of the torture ended with ${code}.`)));
	});
}
