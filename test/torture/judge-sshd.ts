import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import type {SshdCloud} from '../helpers/sshd-cloud.js';
import {holeBytes} from '../helpers/sshd-deployment.js';

/** What is wrong after a deployment on real instances (`plainSshdDeployment`) that was to be borne; nothing is, when all is here once. */
export function judgeSshd(folder: string, cloud: SshdCloud, records: readonly JournalRecord[]): readonly string[] {
	const problems: string[] = [];
	const end = records.find(record => record.kind === 'end');
	if (end?.state !== 'COMPLETED') {
		problems.push(`${end?.state ?? 'it never ended'}: ${end?.cause}`);
	}

	problems.push(...cloud.liveInstances().map(id => `${id} lives`));
	const effects = cloud.effects().map(({what}) => what);
	if (effects.filter(what => what === 'reserve').length !== 2) {
		problems.push(`reserved ${effects.filter(what => what === 'reserve').length} times`);
	}

	for (const role of ['Master', 'Slave']) {
		const ids = existsSync(join(folder, role)) ? readdirSync(join(folder, role)) : [];
		const out = join(folder, role, ids[0] ?? 'none', 'root/out');
		for (const [file, lines] of [
			['starts', /^started\n$/],
			['runs', /^ran[^\n]*\n$/],
		] as const) {
			const path = join(out, file);
			const text = existsSync(path) ? readFileSync(path, 'utf8') : 'missing';
			if (!lines.test(text)) {
				problems.push(`${role}: ${file} is ${JSON.stringify(text)}`);
			}
		}
	}

	problems.push(...judgeStrange(folder));
	try {
		execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder, stdio: 'pipe'});
	} catch (error) {
		problems.push(`sha256sum does not accept the results: ${error}`);
	}

	return problems;
}

/** What went there and came back is the same: names of any bytes, links, holes. */
function judgeStrange(folder: string): readonly string[] {
	const [id = 'none'] = existsSync(join(folder, 'Master')) ? readdirSync(join(folder, 'Master')) : [];
	const here = join(folder, 'Master', id, 'root/out/strange');
	const {stdout, stderr} = spawnSync('diff', ['-r', '--no-dereference', join(folder, '../input/strange'), here]);
	const {size = 0, blocks = 0} = statSync(join(here, 'hole'), {throwIfNoEntry: false}) ?? {};
	return [
		...`${stdout}${stderr}`.split('\n').filter(line => line !== ''),
		...(size === holeBytes && blocks * 512 > holeBytes / 2 ? ['the hole is none any more'] : []),
	];
}
