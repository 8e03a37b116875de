import assert from 'node:assert/strict';
import {chmod, mkdir, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {whileFenced} from '../../source/engine/host/fence.js';
import {writeWhole} from '../../source/engine/host/write-whole.js';
import {DamagedDatabaseError} from '../../source/store/damaged-database-error.js';
import {InvalidEntryError} from '../../source/store/invalid-entry-error.js';
import {migrateDatabase} from '../../source/store/migrate-database.js';
import {NewerDatabaseError} from '../../source/store/newer-database-error.js';
import {OpenHomeError} from '../../source/store/open-home-error.js';
import {openStore} from '../../source/store/open-store.js';
import {writeFileAtomically} from '../../source/store/write-file-atomically.js';
import {ended, spoke, startChild} from '../helpers/child.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const mode = async (path: string) => (await stat(path)).mode & 0o777;

const kernel = (id: string) => ({
	id,
	kind: 'kernel' as const,
	cloud: 'local',
	name: '',
	architecture: '',
	recommendedRamdisk: '',
});

test('a new home is private and begins with the local cloud and Amazon regions', async t => {
	const home = join(await temporaryFolder(t), 'home');
	const store = await openStore(home);
	assert.deepEqual(
		store.data().clouds.map(({name, kind}) => [name, kind]),
		[
			['local', 'local'],
			['us-east-1', 'ec2'],
			['eu-west-1', 'ec2'],
			['us-west-1', 'ec2'],
		],
	);
	assert.equal(await mode(home), 0o700);
	for (const name of await readdir(home)) {
		assert.equal(await mode(join(home, name)), 0o600, name);
	}

	assert.equal((await openStore(home)).data().installation, store.data().installation);
});

test('a home open to others is closed, unless it holds other things', async t => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'empty'), {mode: 0o755});
	await openStore(join(folder, 'empty'));
	assert.equal(await mode(join(folder, 'empty')), 0o700);

	await chmod(join(folder, 'empty', 'db.json'), 0o644);
	await openStore(join(folder, 'empty'));
	assert.equal(await mode(join(folder, 'empty', 'db.json')), 0o600);

	await chmod(folder, 0o755);
	await assert.rejects(openStore(folder), OpenHomeError);
	assert.equal(await mode(folder), 0o755);
});

test('a change that fails or does not fit changes nothing and names no secret', async t => {
	const home = await temporaryFolder(t);
	const store = await openStore(home);
	const before = await readFile(join(home, 'db.json'), 'utf8');
	await assert.rejects(
		store.update(draft => {
			draft.kernels.push(kernel('aki-1'));
			throw new Error('no');
		}),
		/^Error: no$/,
	);
	await assert.rejects(
		store.update(draft => {
			draft.credentials.push({
				name: 'a/b',
				userId: 'hunter2',
				accessKey: 'hunter2',
				secretKey: 'hunter2',
				certificate: '',
				privateKey: '',
				profile: '',
			});
		}),
		(error: unknown) => error instanceof InvalidEntryError && !error.message.includes('hunter2'),
	);
	assert.equal(await readFile(join(home, 'db.json'), 'utf8'), before);
	assert.deepEqual(store.data().kernels, []);
});

test('eight processes at once lose no update', async t => {
	const home = await temporaryFolder(t);
	const store = await openStore(home);
	const names = Array.from({length: 8}, (_, index) => `p${index}`);
	const codes = await Promise.all(names.map(async name => ended(startChild('hammer-store.js', home, name, '15'))));
	assert.deepEqual(new Set(codes), new Set([0]));

	assert.equal(await store.refresh(), true);
	assert.equal(new Set(store.data().kernels.map(({id}) => id)).size, 8 * 15);
	assert.equal(await store.refresh(), false);
});

test('a writer killed at any moment leaves a good database and no litter', async t => {
	const home = await temporaryFolder(t);
	let before = 0;
	for (let round = 0; round < 8; round++) {
		const child = startChild('hammer-store.js', home, `r${round}`, '10000');
		await spoke(child);
		await new Promise(resolve => setTimeout(resolve, 20 + round * 7));
		child.kill('SIGKILL');
		await ended(child);

		const store = await openStore(home);
		assert.deepEqual(store.notices, []);
		const {length} = store.data().kernels;
		assert.ok(length >= before);
		before = length;
	}

	assert.ok(before > 0);
	const store = await openStore(home);
	await store.update(draft => {
		draft.kernels = [];
	});
	assert.deepEqual(
		(await readdir(home)).filter(name => !['db.json', 'db.json.bak'].includes(name)),
		[],
	);
});

for (const [what, text] of [
	['cut off', '{"version": 1, "inst'],
	['empty', ''],
	['of zero bytes', '\0'.repeat(4096)],
	['of a wrong shape', '{"version": 1, "installation": "x"}'],
	['without a version', '[]'],
] as const) {
	test(`a db.json ${what} is kept aside and its last good copy used`, async t => {
		const home = await temporaryFolder(t);
		await (await openStore(home)).update(draft => draft.kernels.push(kernel('aki-1')));
		await writeFile(join(home, 'db.json'), text);

		const store = await openStore(home);
		assert.deepEqual(
			store.data().kernels.map(({id}) => id),
			['aki-1'],
		);
		assert.match(store.notices.join(), /was damaged .*last good copy is used/);
		const [aside = ''] = (await readdir(home)).filter(name => name.startsWith('db.json.damaged-'));
		assert.equal(await readFile(join(home, aside), 'utf8'), text);
		assert.deepEqual((await openStore(home)).notices, []);
	});
}

test('a db.json that is gone is restored; when the copy is damaged too nothing is touched', async t => {
	const home = await temporaryFolder(t);
	const {installation} = (await openStore(home)).data();
	await rm(join(home, 'db.json'));
	const store = await openStore(home);
	assert.equal(store.data().installation, installation);
	assert.match(store.notices.join(), /was missing/);

	await writeFile(join(home, 'db.json'), 'x');
	await writeFile(join(home, 'db.json.bak'), 'y');
	await assert.rejects(openStore(home), DamagedDatabaseError);
	assert.equal(await readFile(join(home, 'db.json'), 'utf8'), 'x');
});

test('a database of a newer D2CM is refused and left as it is', async t => {
	const home = await temporaryFolder(t);
	await openStore(home);
	await writeFile(join(home, 'db.json'), '{"version": 99}');
	await assert.rejects(openStore(home), NewerDatabaseError);
	assert.equal(await readFile(join(home, 'db.json'), 'utf8'), '{"version": 99}');
});

test('an older database is brought up step by step', () => {
	const migrations = {
		1: ({name, ...rest}: Readonly<Record<string, unknown>>) => ({...rest, title: name}),
		2: (data: Readonly<Record<string, unknown>>) => ({...data, size: 0}),
	};
	assert.deepEqual(migrateDatabase({version: 1, name: 'x'}, migrations, 3), {version: 3, title: 'x', size: 0});
	assert.throws(() => migrateDatabase({version: 1}, {}, 2), /no way from version 1/);
});

test('a whole file that is written by who has lost the lock meanwhile stays as it was, and no draft of it is left', async t => {
	const folder = await temporaryFolder(t);
	const path = join(folder, 'file');
	for (const write of [writeFileAtomically, writeWhole]) {
		await write(path, 'before');
		const fence = async () => {
			throw new Error('it was taken over');
		};
		await assert.rejects(whileFenced(fence, async () => write(path, 'after')));
		assert.equal(await readFile(path, 'utf8'), 'before');
		assert.deepEqual(await readdir(folder), ['file']);
	}
});
