import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {MachineImage} from '../../source/engine/cloud/cloud.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {startServerProcess, untilServing} from './server-process.js';

export type MotoServer = {
	/** Of all its services. */
	readonly endpoint: string;
	readonly region: string;
	/** Any would do: it checks no signatures. */
	readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string};
	/** Forgets everything. */
	reset(): Promise<void>;
	end(): Promise<void>;
};

/** The folder of a Python environment with moto, and with boto3, on which it is built. */
export async function motoEnvironment(): Promise<string> {
	const script = new URL('../../../scripts/make-moto', import.meta.url).pathname;
	return (await runProgram(script, [])).stdout.trim();
}

/** A public AMI of somebody else, as moto reads its own. */
const motoAmi = ({id, name, owner}: MachineImage) => ({
	ami_id: id,
	name,
	description: name,
	owner_id: owner,
	public: true,
	virtualization_type: 'hvm',
	architecture: 'x86_64',
	state: 'available',
	platform: null,
	image_type: 'machine',
	hypervisor: 'xen',
	root_device_name: '/dev/sda1',
	root_device_type: 'ebs',
	sriov: 'simple',
});

/** A moto server of its own on a free port, up in a few seconds. With public AMIs of others, where they are given. */
export async function startMotoServer(amis: readonly MachineImage[] = []): Promise<MotoServer> {
	const environment = await motoEnvironment();
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-moto-'));
	const amisFile = join(folder, 'amis.json');
	await writeFile(amisFile, JSON.stringify(amis.map(motoAmi)));
	const server = startServerProcess(
		'env',
		// Its own hundreds of AMIs only take time.
		[
			...(amis.length > 0 ? [`MOTO_AMIS_PATH=${amisFile}`] : ['MOTO_EC2_LOAD_DEFAULT_AMIS=false']),
			join(environment, 'bin/python'),
			'-u',
			join(environment, 'bin/moto_server'),
			'-H',
			'127.0.0.1',
			'-p',
			'0',
		],
		join(folder, 'log'),
	);
	const end = async () => {
		await server.end();
		await rm(folder, {recursive: true, force: true});
	};
	try {
		const endpoint = await untilServing([server], async () => {
			const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(server.log())?.[1];
			return address !== undefined && (await fetch(address)).ok ? address : undefined;
		});
		return {
			endpoint,
			region: 'us-east-1',
			credentials: {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any'},
			async reset() {
				await fetch(`${endpoint}/moto-api/reset`, {method: 'POST'});
			},
			end,
		};
	} catch (error) {
		await end();
		throw error;
	}
}
