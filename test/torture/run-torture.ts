import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {torture} from './torture.js';

// `npm run torture [-- --seed N] [--only PART] [--minutes N] [--pairs N] [--most N] [--json]`
const {values} = parseArgs({
	options: {
		seed: {type: 'string', default: '1'},
		only: {type: 'string'},
		minutes: {type: 'string'},
		pairs: {type: 'string', default: '60'},
		most: {type: 'string'},
		json: {type: 'boolean', default: false},
	},
});
const say = values.json ? () => undefined : (text: string) => console.log(text);
const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-torture-'));
try {
	const report = await torture({
		seed: Number(values.seed),
		pairs: Number(values.pairs),
		folders,
		...(values.only !== undefined && {only: values.only}),
		...(values.most !== undefined && {most: Number(values.most)}),
		...(values.minutes !== undefined && {minutes: Number(values.minutes)}),
		onFailure: (name, problems) => say(`FAILED ${name}\n${problems.map(problem => `\t${problem}`).join('\n')}`),
	});
	for (const [family, {cases, failed}] of Object.entries(report.families)) {
		say(`${family.padEnd(16)}${String(cases).padStart(6)} cases${failed > 0 ? `, ${failed} failed` : ''}`);
	}

	const {cases, failed, seed, seconds} = report;
	console.log(JSON.stringify({cases, failed, seed, seconds}));
	process.exitCode = failed > 0 ? 1 : 0;
} finally {
	rmSync(folders, {recursive: true, force: true});
}
