import {fork} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type TortureReport, torture} from './torture.js';

// `npm run torture [-- --seed N] [--only PART] [--minutes N] [--pairs N] [--most N] [--json]`; all cases are shared out to
// processes, one for each core, each with its `--share I/N`.
const {values} = parseArgs({
	options: {
		seed: {type: 'string', default: '1'},
		only: {type: 'string'},
		minutes: {type: 'string'},
		pairs: {type: 'string', default: '60'},
		most: {type: 'string'},
		share: {type: 'string'},
		json: {type: 'boolean', default: false},
	},
});
const say = values.json ? () => undefined : (text: string) => console.log(text);
const isWhole = values.only === undefined && values.most === undefined && values.share === undefined;
const report = isWhole ? await shareOut(availableParallelism()) : await work();
if (process.send) {
	process.send(report);
	process.disconnect();
} else {
	for (const [family, {cases, failed}] of Object.entries(report.families)) {
		say(`${family.padEnd(16)}${String(cases).padStart(6)} cases${failed > 0 ? `, ${failed} failed` : ''}`);
	}

	const {cases, failed, seed, seconds} = report;
	console.log(JSON.stringify({cases, failed, seed, seconds}));
	process.exitCode = failed > 0 ? 1 : 0;
}

async function work(): Promise<TortureReport> {
	const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-torture-'));
	try {
		return await torture({
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
		});
	} finally {
		rmSync(folders, {recursive: true, force: true});
	}
}

function shareOf(text: string): {readonly index: number; readonly of: number} {
	const [index = 0, of = 1] = text.split('/').map(Number);
	return {index, of};
}

async function shareOut(processes: number): Promise<TortureReport> {
	const reports = await Promise.all(
		Array.from(
			{length: processes},
			async (_, index) =>
				new Promise<TortureReport>((resolve, reject) => {
					const child = fork(fileURLToPath(import.meta.url), [
						...process.argv.slice(2),
						'--share',
						`${index}/${processes}`,
					]);
					child.once('message', message => resolve(message as TortureReport));
					child.once('exit', code => reject(new Error(`A process of the torture ended with ${code}.`)));
				}),
		),
	);
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
