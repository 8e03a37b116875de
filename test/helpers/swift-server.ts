import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {freePorts, startServerProcess, untilServing} from './server-process.js';
import {swiftServices} from './swift-services.js';

export type SwiftServer = {
	/** Of its S3 API. */
	readonly endpoint: string;
	readonly region: string;
	readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string};
	/** Another account: its buckets have a name space of their own. */
	readonly otherCredentials: {readonly accessKeyId: string; readonly secretAccessKey: string};
	end(): Promise<void>;
};

const services = ['account', 'container', 'object'] as const;
const ringPartPower = 4;

/** Debian's Swift with its S3 API, in a folder of its own on free ports: it checks signatures, clocks and sums as Amazon does. */
export async function startSwiftServer(): Promise<SwiftServer> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-swift-'));
	await mkdir(join(folder, 'node/disk'), {recursive: true});
	const [proxyPort = 0, cachePort = 0, ...ports] = await freePorts(2 + services.length);
	for (const [index, service] of services.entries()) {
		const port = ports[index] ?? 0;
		await writeFile(join(folder, `${service}-server.conf`), storageConfiguration(folder, service, port));
		await writeFile(join(folder, `${service}.ring.gz`), ring(port));
	}

	await writeFile(join(folder, 'proxy-server.conf'), proxyConfiguration(folder, proxyPort, cachePort));
	const servers = [
		startServerProcess(
			'memcached',
			['-l', '127.0.0.1', '-p', String(cachePort), '-U', '0', '-u', userInfo().username],
			join(folder, 'memcached.log'),
		),
		startServerProcess(
			'/usr/bin/python3',
			['-c', swiftServices, ...[...services, 'proxy'].map(service => join(folder, `${service}-server.conf`))],
			join(folder, 'swift.log'),
		),
	];
	const end = async () => {
		await Promise.all(servers.map(async server => server.end()));
		await rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
	};
	const endpoint = `http://127.0.0.1:${proxyPort}`;
	try {
		const addresses = [...ports, proxyPort].map(port => `http://127.0.0.1:${port}/healthcheck`);
		await untilServing(servers, async () => {
			const answers = await Promise.all(
				addresses.map(async address => fetch(address, {signal: AbortSignal.timeout(10_000)})),
			);
			return answers.every(({status}) => status === 200) || undefined;
		});
	} catch (error) {
		await end();
		throw error;
	}

	return {
		endpoint,
		region: 'us-east-1',
		credentials: {accessKeyId: 'test:tester', secretAccessKey: 'testing'},
		otherCredentials: {accessKeyId: 'test2:other', secretAccessKey: 'otherwise'},
		end,
	};
}

const common = (folder: string, port: number): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
log_level = WARNING
`;

const storageConfiguration = (folder: string, service: string, port: number): string => `${common(folder, port)}
devices = ${join(folder, 'node')}
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
[pipeline:main]
pipeline = healthcheck ${service}-server
[app:${service}-server]
use = egg:swift#${service}
[filter:healthcheck]
use = egg:swift#healthcheck
`;

const proxyConfiguration = (folder: string, port: number, cachePort: number): string => `${common(folder, port)}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth copy slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test2_other = otherwise .admin
${['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 's3api', 'copy', 'slo', 'dlo', 'versioned_writes']
	.map(name => `[filter:${name}]\nuse = egg:swift#${name}`)
	.join('\n')}
`;

/** What swift-ring-builder makes for one device that has everything: its format 1, without the seconds that takes. */
function ring(port: number): Buffer {
	const device = {id: 0, region: 1, zone: 1, ip: '127.0.0.1', port, device: 'disk', weight: 1, meta: ''};
	const description = Buffer.from(
		JSON.stringify({
			byteorder: 'little',
			devs: [{...device, replication_ip: device.ip, replication_port: port}],
			part_shift: 32 - ringPartPower,
			replica_count: 1,
			version: 1,
		}),
	);
	const head = Buffer.alloc(10);
	head.write('R1NG');
	head.writeUInt16BE(1, 4);
	head.writeUInt32BE(description.length, 6);
	const partitions = Buffer.alloc(2 * 2 ** ringPartPower);
	return gzipSync(Buffer.concat([head, description, partitions]));
}
