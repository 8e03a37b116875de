import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import type {D2cm, JobSummary} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder} from '../../source/store/process-lock.js';
import {type Ec2Server, type Ec2ServerOptions, startEc2Server, testKeys} from './ec2-server/ec2-server.js';

export type CloudHome = {
	readonly d2cm: D2cm;
	readonly server: Ec2Server;
	/** What is in the cloud, in words. */
	listing(): readonly string[];
	/** Waits until a job has ended or, when that is wanted, has no process any more. */
	settled(id: string, until?: 'ended' | 'dead'): Promise<JobSummary>;
	/** The process of the only job dies at a request, which has its effect. */
	killAt(action: string, ofAction: number): void;
};

/** A data folder with an image, and a cloud `amazon` in it that is a strict server on the loopback. */
export async function cloudHome(
	t: TestContext,
	{
		vdi,
		folder,
		urlOf = server => server.url,
		...options
	}: Ec2ServerOptions & {
		readonly vdi: string;
		readonly folder: string;
		/** By what address the cloud is known; left out, the server's own. */
		readonly urlOf?: (server: Ec2Server) => string | Promise<string>;
	},
): Promise<CloudHome> {
	const server = await startEc2Server(options);
	t.after(async () => server.close());
	const d2cm = await openD2cm(join(folder, 'home'));
	const {accessKeyId: accessKey, secretAccessKey: secretKey} = testKeys;
	await d2cm.saveCredential(credentialSchema.parse({name: 'me', userId: '123456789012', accessKey, secretKey}));
	const url = await urlOf(server);
	const urls = {ec2Url: url, ebsUrl: url, s3Url: url};
	await d2cm.saveCloud(
		cloudSchema.parse({name: 'amazon', kind: 'ec2', region: 'us-east-1', credential: 'me', ...urls}),
	);
	await d2cm.addImage('worker', vdi);

	const settled: CloudHome['settled'] = async (id, until = 'ended') => {
		for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
			const job = await d2cm.job(id);
			const holder = await lockHolder(jobPaths(job.folder).lock);
			if (!holder && (job.end || until === 'dead')) {
				return job;
			}

			await new Promise(resolve => setTimeout(resolve, 50));
		}

		throw new Error(`Job ${id} did not come to its end in a minute.`);
	};

	return {
		d2cm,
		server,
		listing: () => [...server.world.images.keys(), ...server.world.snapshots.keys()].map(id => id.replace(/-.*/, '')),
		settled,
		killAt(action, ofAction) {
			server.faults = request => {
				if (request.action !== action || request.ofAction !== ofAction) {
					return undefined;
				}

				const [id = ''] = readdirSync(join(d2cm.home, 'migrations'));
				const {lock} = jobPaths(join(d2cm.home, 'migrations', id));
				const {pid} = JSON.parse(readFileSync(lock, 'utf8')) as {pid: number};
				process.kill(pid, 'SIGKILL');
				return {kind: 'lose-reply'};
			};
		},
	};
}
