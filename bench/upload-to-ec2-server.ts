import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../source/engine/host/run-program.js';
import {type Ec2Server, startEc2Server} from '../test/helpers/ec2-server/ec2-server.js';
import {type LatencyProxy, startLatencyProxy} from './helpers/latency-proxy.js';

export type MeasuredUpload = {
	readonly snapshotId: string;
	readonly uploadMs: number;
	readonly startRssMib: number;
	readonly peakRssMib: number;
	readonly putRequests: number;
	readonly allRequests: number;
	readonly bodyBytes: number;
	/** Of requests on their way; with a latency, that is where they are most of the time. */
	readonly mostAtOnce: number;
	/** Where the upload noted its blocks. */
	readonly blockMap: string;
};

type UploadPlan = {
	readonly diskGib: number;
	readonly blocks: number;
	readonly changed?: number;
	readonly parent?: MeasuredUpload;
};

const uploadOnce = fileURLToPath(new URL('upload-snapshot-once.js', import.meta.url));

/** A server of Amazon's rules that forgets the bytes, and measured uploads to it. */
export async function withServer<Result>(
	{roundTripMs}: {readonly roundTripMs: number},
	work: (upload: (plan: UploadPlan) => Promise<MeasuredUpload>, server: Ec2Server) => Promise<Result>,
): Promise<{readonly result: Result; readonly wireBytes: number}> {
	const server = await startEc2Server({keepData: false, looksUntilCompleted: 0});
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
	const proxy = roundTripMs > 0 ? await startLatencyProxy(Number(new URL(server.url).port), roundTripMs) : undefined;
	try {
		const result = await work(async plan => {
			const own = await mkdtemp(join(folder, 'upload-'));
			return measure({server, proxy}, own, plan);
		}, server);
		await server.close();
		return {result, wireBytes: server.counts.wireBytes};
	} finally {
		proxy?.close();
		await server.close();
		await rm(folder, {recursive: true, force: true});
	}
}

type Target = {readonly server: Ec2Server; readonly proxy: LatencyProxy | undefined};

async function measure({server, proxy}: Target, folder: string, plan: UploadPlan): Promise<MeasuredUpload> {
	const {counts} = server;
	const before = {...counts, puts: counts.byAction.get('PutSnapshotBlock') ?? 0};
	counts.mostAtOnce = 0;
	proxy?.mostAtOnce();
	const {diskGib, blocks, changed = 0, parent} = plan;
	const {stdout} = await runProgram(process.execPath, [
		uploadOnce,
		...[proxy?.url ?? server.url, folder, String(diskGib), String(blocks), String(changed)],
		...(parent ? [parent.snapshotId, parent.blockMap] : []),
	]);
	return {
		...(JSON.parse(stdout) as Pick<MeasuredUpload, 'snapshotId' | 'uploadMs' | 'startRssMib' | 'peakRssMib'>),
		putRequests: (counts.byAction.get('PutSnapshotBlock') ?? 0) - before.puts,
		allRequests: counts.requests - before.requests,
		bodyBytes: counts.bodyBytes - before.bodyBytes,
		mostAtOnce: proxy?.mostAtOnce() ?? counts.mostAtOnce,
		blockMap: join(folder, 'blocks-1'),
	};
}
