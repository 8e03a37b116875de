import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {cloudHome} from '../helpers/cloud-home.js';
import {startConnectProxy} from '../helpers/connect-proxy.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {sharedVdi} from '../helpers/shared-vdi.js';
import {startTlsFront} from '../helpers/tls-front.js';

const shared = sharedVdi();
const request = {image: 'worker', cloud: 'amazon'};
const password = 'g%40heim%2F7';

/** A cloud by a name that only the proxy knows, with a certificate that only a file of the institute vouches for. */
async function institute(t: TestContext) {
	const folder = shared.folder();
	await mkdir(folder);
	const ports = new Map<string, number>();
	const proxy = await startConnectProxy({login: 'me:g@heim/7', portOf: host => ports.get(host)});
	const home = await cloudHome(t, {
		...{vdi: shared.vdi, folder},
		async urlOf(server) {
			const front = await startTlsFront(server.url, folder, 'sci.example');
			t.after(() => front.close());
			ports.set('cloud.sci.example', Number(new URL(front.url).port));
			await writeFile(join(folder, 'authority.pem'), front.ca);
			return 'https://cloud.sci.example';
		},
	});
	const variables = {
		HTTPS_PROXY: `http://me:${password}@${proxy.place}`,
		NO_PROXY: '10.0.0.0/8',
		SSL_CERT_FILE: join(folder, 'authority.pem'),
	};
	const forget = () => {
		for (const name of Object.keys(variables)) {
			delete process.env[name];
		}
	};
	t.after(() => {
		forget();
		proxy.close();
	});
	return {...home, proxy, folder, enter: () => Object.assign(process.env, variables), leave: forget};
}

/** Every file below a folder in which one of these words stands. */
async function filesWith(folder: string, words: RegExp): Promise<readonly string[]> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile() && !entry.name.endsWith('.qcow2'));
	const found = await Promise.all(
		files.map(async ({parentPath, name}) => {
			const file = join(parentPath, name);
			return (await stat(file)).size < 2 ** 20 && words.test(await readFile(file, 'latin1')) ? [name] : [];
		}),
	);
	return found.flat();
}

test('a migration goes by the proxy and the authority of who started it, and from another login its resumption does, too', async t => {
	const {d2cm, server, settled, listing, killAt, proxy, enter, leave} = await institute(t);
	enter();
	const plan = await d2cm.planMigration(request);
	assert.equal(plan.obstacle, undefined);
	killAt('PutSnapshotBlock', 2);
	const {id} = await d2cm.startMigration(request);
	assert.equal((await settled(id, 'dead')).end, undefined);
	server.faults = () => undefined;

	leave();
	const before = proxy.asked.length;
	await d2cm.resumeJob(id);
	const job = await settled(id);
	assert.equal(job.end?.state, 'COMPLETED', job.end?.cause);
	assert.deepEqual(listing(), ['ami', 'snap']);
	assert.ok(proxy.asked.length > before);
	assert.ok(proxy.asked.every(asked => asked === 'CONNECT cloud.sci.example:443'));

	assert.deepEqual(await filesWith(d2cm.home, /g@heim|g%40heim/), ['proxy-passwords.json']);
	assert.equal((await stat(join(d2cm.home, 'proxy-passwords.json'))).mode & 0o777, 0o600);
	assert.equal((await stat(join(job.folder, 'environment.json'))).mode & 0o777, 0o600);
});

test('a job has no password of a proxy in its environment', async t => {
	const {d2cm, server, settled, enter} = await institute(t);
	enter();
	const environments: string[] = [];
	server.faults = ({action, ofAction}) => {
		if (action === 'PutSnapshotBlock' && ofAction === 1) {
			environments.push('asked');
		}

		return undefined;
	};
	const {id} = await d2cm.startMigration(request);
	const {pid} = JSON.parse(await readFile(join((await d2cm.job(id)).folder, 'job.lock'), 'utf8')) as {pid: number};
	const environment = (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0');
	assert.ok(
		environment.some(entry => /^HTTPS_PROXY=http:\/\/me@127\.0\.0\.1:\d+\/$/.test(entry)),
		environment.join(' '),
	);
	assert.doesNotMatch(environment.join('\n'), /heim/);
	const job = await settled(id);
	assert.equal(job.end?.state, 'COMPLETED', job.end?.cause);
	assert.deepEqual(environments, ['asked']);
});

test('a proxy that wants another password is named by credential test, and what was typed for it is not shown', async t => {
	const {d2cm, proxy, enter} = await institute(t);
	enter();
	process.env['HTTPS_PROXY'] = `http://me:falsch@${proxy.place}`;
	const {status, stdout, stderr} = await runD2cm(d2cm.home, 'credential', 'test', 'me', '--cloud', 'amazon');
	assert.equal(status, 3);
	assert.match(
		stdout + stderr,
		new RegExp(`The proxy ${proxy.place} \\(HTTPS_PROXY\\) wants another name and password\\.`),
	);
	assert.doesNotMatch(stdout + stderr, /falsch/);
});

test('doctor says by which proxy clouds are asked, and what is wrong with a variable, without a password', async () => {
	const folder = shared.folder();
	await mkdir(folder);
	const asked = async (environment: Record<string, string>) => {
		Object.assign(process.env, environment);
		const {stdout} = await runD2cm(join(folder, 'home'), 'doctor');
		for (const name of Object.keys(environment)) {
			delete process.env[name];
		}

		return stdout;
	};
	const https_proxy = 'http://me:geheim@proxy.example:3128';
	const named = await asked({https_proxy, no_proxy: '.sci.example'});
	assert.match(named, /way to clouds +by the proxy proxy\.example:3128 \(https_proxy\), but for \.sci\.example/);
	assert.match(
		await asked({https_proxy: 'socks5://me:geheim@p'}),
		/way to clouds +https_proxy names a proxy of the kind socks5/,
	);
	assert.match(
		await asked({AWS_CA_BUNDLE: '/none.pem'}),
		/way to clouds +AWS_CA_BUNDLE names \/none\.pem, and it cannot be read/,
	);
	assert.match(await asked({}), /way to clouds +direct/);
	assert.doesNotMatch(named, /geheim/);
});

test('a cloud whose address has no TLS is warned of when it is added, in the list of clouds and by doctor', async () => {
	const folder = shared.folder();
	await mkdir(folder);
	const home = join(folder, 'home');
	const words = /http:\/\/sci\.example:8773\/services\/compute is asked without TLS/;
	const address = 'http://sci.example:8773/services/compute';
	const added = await runD2cm(home, 'cloud', 'add', 'sci', '--kind', 'eucalyptus', '--ec2-url', address);
	assert.match(added.stderr, words);
	const listed = await runD2cm(home, 'cloud', 'list');
	assert.match(listed.stderr, words);
	assert.equal(listed.status, 0);
	assert.match((await runD2cm(home, 'doctor')).stdout.replaceAll(/\s+/g, ' '), words);
});
