import {readFile, writeFile} from 'node:fs/promises';
import {loadavg} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {jobNodeEnvironment, jobNodeOptions} from '../../source/actions/job-node-options.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {bundleModule} from '../../test/helpers/bundle-module.js';
import type {Bench} from '../bench.js';
import {type Fleet, freshJob, startFleet} from '../fan-out/fleet.js';
import {measureTree} from '../fan-out/measure-tree.js';
import {peers, writePeerFiles} from '../fan-out/peers.js';
import {pollAll} from '../fan-out/poll-all.js';
import {median} from '../median.js';

/** Hosts, rounds with tuned peers, and rounds with the peers' own settings. */
const sizes = [
	{hosts: 10, rounds: 5, defaultRounds: 1},
	{hosts: 50, rounds: 3, defaultRounds: 0},
	{hosts: 200, rounds: 2, defaultRounds: 0},
];

type Sample = {
	readonly wallMs: number;
	readonly clientCpuMs: number;
	readonly serverCpuMs: number;
	readonly rssMib: number;
};

/** `npm run bench -- fan-out 10 50 d2cm fused`: these sizes and peers only. */
const asked = process.argv.slice(3);
const isAsked = (name: string) => asked.every(word => !Number.isNaN(Number(word))) || asked.includes(name);
const only = asked.map(Number).filter(hosts => hosts > 0);

/** The whole job on many instances: addresses of all, files up, two commands, a daemon, its end, the result back. */
export const bench: Bench = {
	name: 'fan-out',
	summary: 'A whole job on 10, 50 and 200 instances: D2CM against ssh with xargs, parallel-ssh and clush.',
	async run() {
		const figures: Record<string, unknown> = {};
		const ratios: Record<string, number> = {};
		const leftOut = [
			'Another machine: clients and servers share these processors.',
			'D2CM also pins host keys, journals, hashes every file on both sides and sets up logins between the hosts; the peers do not.',
			'D2CM agrees on keys by P-256, which spares an sshd 4 ms; the peers by curve25519.',
			'Hosts boot before; what a cloud takes is not measured.',
		];
		for (const size of sizes.filter(({hosts}) => only.length === 0 || only.includes(hosts))) {
			const fleet = await startFleet(size.hosts);
			try {
				await writePeerFiles(fleet);
				const results = await measure(fleet, size, leftOut);
				Object.assign(figures, describe(size.hosts, results));
				figures[`${size.hosts} hosts: polled once, ms`] = Math.round(await pollAll(fleet));
				Object.assign(ratios, compare(size.hosts, results));
			} finally {
				await fleet.end();
			}
		}

		return {figures, ratios, leftOut};
	},
};

type Results = ReadonlyMap<string, readonly Sample[]>;

/** In turns; the first round warms up and does not count. */
async function measure(
	fleet: Fleet,
	{hosts, rounds, defaultRounds}: (typeof sizes)[number],
	leftOut: string[],
): Promise<Results> {
	const sideBySide = Math.min(hosts, 32);
	const runs = new Map<string, {readonly rounds: number; run(): Promise<Sample>}>();
	// As the program is shipped.
	const program = await bundleModule(
		new URL('../fan-out-once.js', import.meta.url).pathname,
		join(fleet.folder, 'program'),
	);
	runs.set('d2cm', {rounds, run: async () => runOurs(fleet, program)});
	for (const {name, program, script, configs} of peers) {
		const isThere = await runProgram('sh', ['-c', `command -v ${program}`], {okCodes: [0, 127]});
		if (isThere.code !== 0) {
			leftOut.push(`${name}: it is not installed.`);
			continue;
		}

		for (const config of configs.filter(() => isAsked(name))) {
			runs.set(config === 'tuned' ? name : `${name} (its own settings)`, {
				rounds: config === 'tuned' ? rounds : defaultRounds,
				run: async () => runCommand(fleet, ['sh', '-c', script(config, sideBySide)]),
			});
		}
	}

	const results = new Map<string, Sample[]>();
	for (let round = 0; round <= rounds; round++) {
		for (const [name, {rounds: wanted, run}] of runs) {
			if (round <= wanted && wanted > 0) {
				const sample = await run();
				console.error(
					`${hosts} hosts, round ${round}, load ${loadavg()[0]?.toFixed(1)}: ${name} ${JSON.stringify(sample)}`,
				);
				if (round > 0) {
					results.set(name, [...(results.get(name) ?? []), sample]);
				}
			}
		}
	}

	return results;
}

async function runOurs(fleet: Fleet, program: string): Promise<Sample> {
	const job = await freshJob(fleet, 'job');
	const order = join(fleet.folder, 'order.json');
	const {deployment, instances} = fleet;
	await writeFile(order, JSON.stringify({folder: job, deployment, instances}));
	const environment = Object.entries(jobNodeEnvironment).map(([name, value]) => `${name}=${value}`);
	const sample = await runCommand(fleet, ['env', ...environment, process.execPath, ...jobNodeOptions, program, order]);
	const wanted = await readFile(join(fleet.folder, 'data', 'up1m'));
	for (const {id} of instances) {
		if (!wanted.equals(await readFile(join(job, 'Worker', id, 'root', 'result')))) {
			throw new Error(`The result of ${id} is not what it should be.`);
		}
	}

	return sample;
}

async function runCommand(fleet: Fleet, command: readonly string[]): Promise<Sample> {
	await fleet.clean();
	await sleep(200);
	const before = fleet.serverCpuMs();
	const {wallMs, cpuMs, largestRssMib, peakRssMib} = await measureTree(command, fleet.folder);
	await fleet.clean();
	return {
		wallMs: Math.round(wallMs),
		clientCpuMs: Math.round(cpuMs),
		serverCpuMs: fleet.serverCpuMs() - before,
		rssMib: Math.round(Math.max(peakRssMib, largestRssMib)),
	};
}

function middle(results: Results, name: string, field: keyof Sample): number {
	return median((results.get(name) ?? []).map(sample => sample[field]));
}

const cpuOf = (results: Results, name: string) =>
	middle(results, name, 'clientCpuMs') + middle(results, name, 'serverCpuMs');

function describe(hosts: number, results: Results): Readonly<Record<string, number>> {
	return Object.fromEntries(
		[...results.keys()].flatMap(name =>
			(['wallMs', 'clientCpuMs', 'serverCpuMs', 'rssMib'] as const).map(field => [
				`${hosts} hosts: ${name} ${field}`,
				middle(results, name, field),
			]),
		),
	);
}

/** Peer over ours: by the clock, and by the processor time of client and servers together. */
function compare(hosts: number, results: Results): Readonly<Record<string, number>> {
	const ratio = (theirs: number, ours: number) => Math.round((100 * theirs) / ours) / 100;
	return Object.fromEntries(
		[...results.keys()]
			.filter(name => name !== 'd2cm')
			.flatMap(name => [
				[
					`${hosts} hosts: wall of ${name} over d2cm`,
					ratio(middle(results, name, 'wallMs'), middle(results, 'd2cm', 'wallMs')),
				],
				[`${hosts} hosts: cpu of ${name} over d2cm`, ratio(cpuOf(results, name), cpuOf(results, 'd2cm'))],
			]),
	);
}
