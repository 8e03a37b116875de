import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdtemp, open, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {bundleModule} from '../../test/helpers/bundle-module.js';
import {type SwiftServer, startSwiftServer} from '../../test/helpers/swift-server.js';
import {swiftTraits} from '../../test/helpers/swift-traits.js';
import type {Bench} from '../bench.js';
import {measureJob} from '../measure-job.js';
import {measureProcess, type ProcessCost} from '../measure-process.js';
import {median} from '../median.js';

const rounds = 5;
const fileMib = 256;
const bucket = 'bench';
const awscli = '/usr/bin/aws';
const uploadOnce = fileURLToPath(new URL('../upload-once.js', import.meta.url));

/** One file to Swift on this machine, each time by a new process, the programs in turns. */
export const bench: Bench = {
	name: 'upload',
	summary: 'One file of 256 MiB to Swift in parts: D2CM against `aws s3 cp` of Debian, wall time and memory.',
	async run() {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		let started: SwiftServer | undefined;
		try {
			const server = await startSwiftServer();
			started = server;
			const file = join(folder, 'image');
			// As users run it: the SDK comes from a bundle, not from hundreds of modules.
			const program = await bundleModule(uploadOnce, join(folder, 'bundle'));
			const empty = join(folder, 'empty');
			await writeRandom(file);
			await writeFile(empty, '');
			const store = createS3Store({...server, traits: swiftTraits});
			await store.makeBucket(bucket);
			const programs = {
				ours: async () => uploadOurs(program, server, file, 'ours'),
				oursEmptyFile: async () => uploadOurs(program, server, empty, 'empty'),
				...(existsSync(awscli) && {
					aws: await awsUpload(server, folder, file, 'aws'),
					awsEmptyFile: await awsUpload(server, folder, empty, 'empty'),
				}),
			};
			const costs = await inTurns(programs);
			const stored = await store.list(bucket, '');
			if (stored.some(({key, bytes}) => bytes !== (key === 'empty' ? 0 : fileMib * 2 ** 20))) {
				throw new Error('An upload is not whole.');
			}

			const {ours, aws} = costs;
			return {
				figures: {fileMib, ...costs},
				ratios: {
					...(ours && aws && {'aws over ours, wall': ratio(aws.wallMs, ours.wallMs)}),
					...(ours && aws && {'aws over ours, peak memory': ratio(aws.peakRssMib, ours.peakRssMib)}),
				},
				leftOut: [
					...(aws ? [] : ["`aws s3 cp`: Debian's package awscli is not installed."]),
					'A network: Swift runs on the same processors and takes most of the time of both.',
				],
			};
		} finally {
			await started?.end();
			await rm(folder, {recursive: true, force: true});
		}
	},
};

async function writeRandom(file: string): Promise<void> {
	const handle = await open(file, 'w');
	for (let mib = 0; mib < fileMib; mib += 16) {
		await handle.write(randomBytes(16 * 2 ** 20));
	}

	await handle.close();
}

async function uploadOurs(
	program: string,
	{endpoint, region, credentials}: SwiftServer,
	file: string,
	key: string,
): Promise<ProcessCost> {
	return measureJob(program, {endpoint, region, credentials, bucket, file, key});
}

async function awsUpload({endpoint, region, credentials}: SwiftServer, folder: string, file: string, key: string) {
	const config = join(folder, 'aws-config');
	await writeFile(
		config,
		`[default]
region = ${region}
aws_access_key_id = ${credentials.accessKeyId}
aws_secret_access_key = ${credentials.secretAccessKey}
s3 =
  addressing_style = path
`,
		{mode: 0o600},
	);
	const env = {
		PATH: process.env.PATH,
		HOME: folder,
		AWS_CONFIG_FILE: config,
		AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
		AWS_EC2_METADATA_DISABLED: 'true',
	};
	const args = ['--endpoint-url', endpoint, 's3', 'cp', '--no-progress', file, `s3://${bucket}/${key}`];
	return async () => measureProcess(awscli, args, {env});
}

/** Medians; the first round warms up and does not count. */
async function inTurns(
	programs: Readonly<Record<string, () => Promise<ProcessCost>>>,
): Promise<Readonly<Record<string, ProcessCost>>> {
	const samples = new Map<string, ProcessCost[]>(Object.keys(programs).map(name => [name, []]));
	for (let round = 0; round <= rounds; round++) {
		for (const [name, run] of Object.entries(programs)) {
			const cost = await run();
			if (round > 0) {
				samples.get(name)?.push(cost);
			}
		}
	}

	return Object.fromEntries(
		[...samples].map(([name, costs]) => [
			name,
			{wallMs: median(costs.map(cost => cost.wallMs)), peakRssMib: median(costs.map(cost => cost.peakRssMib))},
		]),
	);
}

const ratio = (theirs: number, ours: number): number => Math.round((100 * theirs) / ours) / 100;
