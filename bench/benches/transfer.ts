import {randomBytes} from 'node:crypto';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runProgram} from '../../source/engine/host/run-program.js';
import {knownHostsLine} from '../../source/engine/ssh/known-hosts-line.js';
import type {Shell, ShellTarget} from '../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../source/engine/ssh/ssh2-shell.js';
import {startSshdInstances} from '../../test/helpers/start-sshd-instances.js';
import type {Bench} from '../bench.js';
import {median} from '../median.js';

const rounds = 3;
const largeBytes = 100_000_000;
const smallFiles = 500;

/** One way to copy; the paths are of this machine and of the instance. */
type Copier = {
	upload(local: string, remote: string): Promise<unknown>;
	download(remote: string, local: string): Promise<unknown>;
};

/** One large file and a folder of many small ones, there and back, over one connection to a real sshd. */
export const bench: Bench = {
	name: 'transfer',
	summary:
		'Files to an instance and back: D2CM (verified by SHA-256) against scp, with and without sha256sum after it.',
	async run() {
		const {folder, targets, end} = await startSshdInstances(1, {diskSize: '512m'});
		const [target] = targets;
		if (!target) {
			throw new Error('There is no instance.');
		}

		const shell = await connectSsh2(target);
		try {
			await writeFile(join(folder, 'large'), randomBytes(largeBytes));
			await mkdir(join(folder, 'small'));
			for (let index = 0; index < smallFiles; index++) {
				await writeFile(join(folder, 'small', `file-${index}`), randomBytes(4096));
			}

			const copiers = await makeCopiers(shell, target, folder);
			const figures: Record<string, number> = {};
			for (const what of ['large', 'small']) {
				Object.assign(figures, await measure(what, copiers, shell, folder));
			}

			const ratios = Object.fromEntries(
				Object.entries(figures).flatMap(([name, ms]) => {
					const [copier = '', rest = ''] = name.split(': ');
					const ours = figures[`d2cm: ${rest}`];
					return copier === 'd2cm' || !ours
						? []
						: [[`${copier} over d2cm: ${rest}`, Math.round((100 * ms) / ours) / 100]];
				}),
			);
			return {
				figures,
				ratios,
				leftOut: [
					'Connecting: D2CM keeps one connection for a whole deployment, and scp is given one that is kept too (ControlMaster), except where it connects as one who types it does.',
					'What verifying costs: D2CM computes the SHA-256 of each file on both sides, scp alone computes none.',
					'Another machine: client and server share these processors, so encryption counts twice.',
				],
			};
		} finally {
			shell.close();
			await runProgram('ssh', ['-O', 'exit', '-S', join(folder, 'mux'), 'kept'], {okCodes: [0, 255]});
			await end();
		}
	},
};

async function makeCopiers(
	shell: Shell,
	{host, port, user, privateKey, hostKeys}: ShellTarget,
	folder: string,
): Promise<Readonly<Record<string, Copier>>> {
	await writeFile(join(folder, 'key'), privateKey, {mode: 0o600});
	await writeFile(join(folder, 'known_hosts'), hostKeys.map(key => knownHostsLine(host, port, key)).join(''));
	const login = [
		...['-i', join(folder, 'key'), '-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`, '-o', 'BatchMode=yes'],
	];
	const options = [
		...login,
		...['-o', `ControlPath=${join(folder, 'mux')}`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60'],
	];
	const there = `${user}@${host}`;
	const ssh = async (command: string) => runProgram('ssh', [...options, '-p', String(port), there, command]);
	const scp = async (from: string, to: string, how = options) =>
		runProgram('scp', ['-q', '-r', '-P', String(port), ...how, from, to]);
	await ssh('true');

	const sums = (path: string) => `cd ${path} 2>/dev/null && sha256sum * >/dev/null || sha256sum ${path}`;
	const plain: Copier = {
		upload: async (local, remote) => scp(local, `${there}:${remote}`),
		download: async (remote, local) => scp(`${there}:${remote}`, local),
	};
	const connecting: Copier = {
		upload: async (local, remote) => scp(local, `${there}:${remote}`, login),
		download: async (remote, local) => scp(`${there}:${remote}`, local, login),
	};
	const verified: Copier = {
		async upload(local, remote) {
			await plain.upload(local, remote);
			await Promise.all([ssh(sums(remote)), runProgram('sh', ['-c', sums(local)])]);
		},
		async download(remote, local) {
			await plain.download(remote, local);
			await Promise.all([ssh(sums(remote)), runProgram('sh', ['-c', sums(local)])]);
		},
	};
	return {d2cm: shell, scp: plain, 'scp that connects': connecting, 'scp and sha256sum': verified};
}

/** Medians of some rounds in turns, in milliseconds; the first round warms up and does not count. */
async function measure(
	what: string,
	copiers: Readonly<Record<string, Copier>>,
	shell: Shell,
	folder: string,
): Promise<Readonly<Record<string, number>>> {
	const samples = new Map<string, number[]>();
	for (let round = 0; round <= rounds; round++) {
		for (const [name, copier] of Object.entries(copiers)) {
			await shell.run('rm -rf /tmp/there');
			await rm(join(folder, 'back'), {recursive: true, force: true});
			const began = performance.now();
			await copier.upload(join(folder, what), '/tmp/there');
			const between = performance.now();
			await copier.download('/tmp/there', join(folder, 'back'));
			const times = {up: between - began, down: performance.now() - between};
			for (const [way, ms] of Object.entries(times)) {
				const key = `${name}: ${what} ${way} ms`;
				samples.set(key, [...(samples.get(key) ?? []), ...(round > 0 ? [ms] : [])]);
			}
		}
	}

	return Object.fromEntries([...samples].map(([key, values]) => [key, median(values)]));
}
