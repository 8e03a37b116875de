import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../../source/engine/host/run-program.js';
import {removeBundle} from '../../source/engine/migration/bundle/remove-bundle.js';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {makeBundleCertificates} from '../../test/helpers/bundle-certificates.js';
import {bundleModule} from '../../test/helpers/bundle-module.js';
import {type SwiftServer, startSwiftServer} from '../../test/helpers/swift-server.js';
import {swiftTraits} from '../../test/helpers/swift-traits.js';
import type {Bench} from '../bench.js';
import {childrenCpuMs} from '../children-cpu-ms.js';
import {measureJob} from '../measure-job.js';
import {measureProcess, type ProcessCost} from '../measure-process.js';
import {median} from '../median.js';

const rounds = 3;
const imageMib = 1024;
const bucket = 'bench';
const bundleOnce = fileURLToPath(new URL('../bundle-once.js', import.meta.url));

/** What people do by hand: the whole bundle on the disk first, then its parts one after the other. */
const byHand = `set -eo pipefail
tar -cf - image | gzip -1 | openssl enc -aes-128-cbc -K $(printf '%032d' 1) -iv $(printf '%032d' 2) | split -b 10485760 - parts/part.
for part in parts/*; do
	/usr/bin/aws --endpoint-url "$endpoint" s3 cp --no-progress "$part" "s3://$bucket/$part" >/dev/null
done`;

type Cost = ProcessCost & {readonly cpuMs: number};

export const bench: Bench = {
	name: 'bundle',
	summary:
		'1 GiB of programs and data as a bundle in Swift: D2CM against tar, gzip -1, openssl, split and `aws s3 cp`.',
	async run({mib = imageMib} = {}) {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		let server: SwiftServer | undefined;
		try {
			server = await startSwiftServer();
			const image = join(folder, 'image');
			const wanted = mib * 2 ** 20;
			await runProgram('bash', ['-c', `tar -cf - /usr 2>/dev/null | head -c ${wanted} >"$0"`, image]);
			const program = await bundleModule(bundleOnce, join(folder, 'bundle'));
			const keyFiles = await makeBundleCertificates(folder);
			const store = createS3Store({...server, traits: swiftTraits});
			await store.makeBucket(bucket);
			const {endpoint, region, credentials} = server;
			const job = {server: {endpoint, region, credentials}, keyFiles, file: image, folder, bucket};
			const config = join(folder, 'aws-config');
			const lines = [
				...['[default]', `region = ${region}`, `aws_access_key_id = ${credentials.accessKeyId}`],
				...[`aws_secret_access_key = ${credentials.secretAccessKey}`, 's3 =', '  addressing_style = path', ''],
			];
			await writeFile(config, lines.join('\n'), {mode: 0o600});
			const env = {
				PATH: process.env.PATH,
				HOME: folder,
				AWS_CONFIG_FILE: config,
				AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
				AWS_EC2_METADATA_DISABLED: 'true',
				endpoint,
				bucket,
			};

			const samples: {ours: Cost[]; peers: Cost[]} = {ours: [], peers: []};
			const hasPeers = existsSync('/usr/bin/aws');
			for (let round = 0; round < rounds; round++) {
				samples.ours.push(await withCpu(async () => measureJob(program, job)));
				await removeBundle(store, {bucket, prefix: 'ours'});
				if (hasPeers) {
					await rm(join(folder, 'parts'), {recursive: true, force: true});
					await mkdir(join(folder, 'parts'));
					const script = `cd '${folder}'; ${byHand}`;
					samples.peers.push(await withCpu(async () => measureProcess('bash', ['-c', script], {env})));
				}
			}

			const ours = medians(samples.ours);
			const {wallMs, cpuMs} = medians(samples.peers);
			const peers = hasPeers ? {wallMs, cpuMs} : undefined;
			return {
				figures: {imageMib: (await stat(image)).size / 2 ** 20, rounds, ours, peers},
				ratios: peers
					? {
							'ours over peers, wall': ratio(ours.wallMs, peers.wallMs),
							'ours over peers, processor': ratio(ours.cpuMs, peers.cpuMs),
						}
					: {},
				leftOut: [
					...(hasPeers ? [] : ["The peers: Debian's package awscli is not installed."]),
					"The peers' memory: they are many processes, and need the disk for a second copy instead.",
					'The processor time of Swift, which runs on the same machine.',
				],
			};
		} finally {
			await server?.end();
			await rm(folder, {recursive: true, force: true});
		}
	},
};

async function withCpu(work: () => Promise<ProcessCost>): Promise<Cost> {
	const before = await childrenCpuMs();
	const cost = await work();
	return {...cost, cpuMs: (await childrenCpuMs()) - before};
}

function medians(costs: readonly Cost[]): Cost {
	return {
		wallMs: median(costs.map(cost => cost.wallMs)),
		cpuMs: median(costs.map(cost => cost.cpuMs)),
		peakRssMib: median(costs.map(cost => cost.peakRssMib)),
	};
}

const ratio = (ours: number, theirs: number): number => Math.round((100 * ours) / theirs) / 100;
