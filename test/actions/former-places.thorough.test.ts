import assert from 'node:assert/strict';
import {appendFile, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {Orphan} from '../../source/actions/d2cm.js';
import {PlaceKeptError} from '../../source/actions/errors/place-kept-error.js';
import {RegionKeptError} from '../../source/actions/errors/region-kept-error.js';
import {StillUsedError} from '../../source/actions/errors/still-used-error.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import type {Owner} from '../../source/engine/cloud/cloud.js';
import {type CloudEntry, cloudSchema, credentialSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {homePaths} from '../../source/store/paths.js';
import {addAmi, ec2CloudOn} from '../helpers/ec2-cloud-on.js';
import {type Ec2Server, startEc2Server, testKeys} from '../helpers/ec2-server/ec2-server.js';
import {trialOwner, trialRequest} from '../helpers/ec2-trial.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A cloud `sci` that is a strict server, on which a deployment ended, and another server that it may become. */
async function movingCloud(t: TestContext, {isEnded = true} = {}) {
	const servers: Ec2Server[] = [];
	for (let count = 0; count < 2; count++) {
		const server = await startEc2Server({rules: {pendingMs: 0, shuttingDownMs: 0}});
		t.after(async () => server.close());
		addAmi(server);
		servers.push(server);
	}

	const [old, now] = servers;
	assert.ok(old && now);
	const d2cm = await openD2cm(join(await temporaryFolder(t), 'home'));
	const {accessKeyId: accessKey, secretAccessKey: secretKey} = testKeys;
	for (const name of ['lab', 'other']) {
		await d2cm.saveCredential(credentialSchema.parse({name, accessKey, secretKey}));
	}

	const cloud = cloudSchema.parse({name: 'sci', kind: 'ec2', region: 'us-east-1', ec2Url: old.url, credential: 'lab'});
	await d2cm.saveCloud(cloud);
	const store = await openStore(d2cm.home);
	const {installation} = store.data();
	const owner = {...trialOwner, installation, launchKey: 'pi.ABC123'};
	const createdAt = new Date().toISOString();
	await store.update(draft => {
		draft.deployments.push({id: 'ABC123', template: 'pi', cloud: 'sci', problemSize: 1, createdAt});
	});
	const folder = join(homePaths(d2cm.home).deployments, 'pi', 'ABC123');
	await mkdir(folder, {recursive: true});
	const definition = {id: 'ABC123', template: 'pi', launchKey: owner.launchKey, installation, createdAt, cloud: 'sci'};
	await writeFile(join(folder, 'deployment.json'), JSON.stringify(definition));
	const journal = join(folder, 'journal.jsonl');
	await writeFile(journal, line({seq: 1, at: createdAt, kind: 'state', state: 'LAUNCHING_INSTANCES'}));
	const end = async () => appendFile(journal, line({seq: 2, at: createdAt, kind: 'end', state: 'FAILED'}));
	await (isEnded && end());
	return {d2cm, store, cloud, owner, old, now, end};
}

const line = (record: object) => `${JSON.stringify(record)}\n`;

/** An instance with key pair and security group that nobody has ended. */
async function leaveBehind(server: Ec2Server, owner: Owner): Promise<void> {
	const cloud = ec2CloudOn(server);
	await cloud.prepare(owner);
	await cloud.reserve({...trialRequest, owner, count: 1});
}

const told = (orphans: readonly Orphan[]) =>
	orphans.map(({cloud, place, kind}) => `${kind} on ${cloud}${place === undefined ? '' : ` at ${place}`}`).toSorted();

const kinds = ['instance', 'key pair', 'security group'];

test('what a deployment left where its cloud was once is listed with that address and removed there', async t => {
	const {d2cm, cloud, owner, old, now} = await movingCloud(t);
	await leaveBehind(old, owner);
	await leaveBehind(now, {...owner, launchKey: 'pi.DEF456'});
	await d2cm.saveCloud({...cloud, ec2Url: now.url});
	const {found, unasked} = await d2cm.orphans();
	assert.deepEqual(unasked, []);
	assert.deepEqual(
		told(found),
		kinds.flatMap(kind => [`${kind} on sci`, `${kind} on sci at ${old.url}`]),
	);
	const {stdout} = await runD2cm(d2cm.home, 'reap');
	assert.match(stdout, new RegExp(`^instance +i-\\w+ +sci at ${old.url} +running +pi\\.ABC123 `, 'm'));
	await d2cm.reap(found.filter(({place}) => place !== undefined));
	assert.deepEqual(old.liveResources(), []);
	assert.equal(now.liveResources().length, 3);

	assert.deepEqual(
		d2cm.database().places.map(({ec2Url}) => ec2Url),
		[old.url],
	);
	assert.deepEqual(
		told((await d2cm.orphans()).found),
		kinds.map(kind => `${kind} on sci`),
	);
	assert.deepEqual(d2cm.database().places, [], 'it has said that nothing is left');
});

test('a former address that does not answer any more is named until the user gives it up, and its credential is kept', async t => {
	const {d2cm, cloud, owner, old, now} = await movingCloud(t);
	await leaveBehind(old, owner);
	await d2cm.saveCloud({...cloud, ec2Url: now.url, credential: 'other'});
	await old.close();
	const place = `${old.url}, credential lab`;
	const reap = await runD2cm(d2cm.home, 'reap');
	assert.match(reap.stderr, new RegExp(`left on sci at ${place}, .* not known: .*d2cm reap --forget sci`));
	assert.doesNotMatch(reap.stdout, /Nothing is without/);
	await assert.rejects(d2cm.removeCredential('lab'), (error: unknown) => {
		assert.ok(error instanceof StillUsedError);
		assert.match(error.message, /used by former place .* of sci/);
		return true;
	});
	const {stdout} = await runD2cm(d2cm.home, 'reap', '--forget', 'sci');
	assert.match(stdout, /^sci is no more asked at .*may go on costing money/);
	assert.match((await runD2cm(d2cm.home, 'reap')).stdout, /^Nothing is without a living job\./);
	await d2cm.removeCredential('lab');
});

test('a cloud that was removed is asked for what is left there until that is gone', async t => {
	const {d2cm, store, owner, old} = await movingCloud(t);
	await leaveBehind(old, owner);
	await store.update(draft => {
		draft.deployments = [];
	});
	const {stderr} = await runD2cm(d2cm.home, 'cloud', 'remove', 'sci');
	assert.match(stderr, /goes on asking it/);
	const {found} = await d2cm.orphans();
	assert.deepEqual(
		told(found),
		kinds.map(kind => `${kind} on sci at ${old.url}, credential lab`),
	);
	const [lab] = d2cm.database().credentials;
	await d2cm.saveCredential(credentialSchema.parse({...lab, name: 'lab2'}), {replaces: 'lab'});
	await d2cm.reap((await d2cm.orphans()).found);
	assert.deepEqual(old.liveResources(), []);
	assert.deepEqual((await d2cm.orphans()).found, []);
	await d2cm.removeCredential('lab2');
});

test('while a deployment has not ended, its credential gets no keys that see nothing of it, but others of the same account', async t => {
	const {d2cm, owner, old} = await movingCloud(t, {isEnded: false});
	const {secretAccessKey: secretKey} = testKeys;
	const account = old.accounts.get(testKeys.accessKeyId);
	old.accounts.set('AKIDNEW', account as NonNullable<typeof account>);
	const anew = credentialSchema.parse({name: 'lab', accessKey: 'AKIDNEW', secretKey});
	await assert.rejects(d2cm.saveCredential(anew), /keeps its addresses and keys: deployment ABC123 has not ended/);
	await assert.rejects(d2cm.saveCredential({...anew, name: 'lab3'}, {replaces: 'lab'}), PlaceKeptError);
	await leaveBehind(old, owner);
	await d2cm.saveCredential({...anew, name: 'lab3'}, {replaces: 'lab'});
	await d2cm.saveCredential({...anew, name: 'lab3', accessKey: 'AKIDGONE'}); // Refused there, it ends nothing.
	assert.equal(d2cm.database().clouds.find(({name}) => name === 'sci')?.credential, 'lab3');
});

test('while a deployment has not ended, its cloud becomes no other one, but may get another name for its address', async t => {
	const {d2cm, cloud, owner, old, now, end} = await movingCloud(t, {isEnded: false});
	await leaveBehind(old, owner);
	const elsewhere: CloudEntry = {...cloud, ec2Url: now.url};
	await assert.rejects(d2cm.saveCloud(elsewhere), (error: unknown) => {
		assert.ok(error instanceof PlaceKeptError);
		assert.match(error.message, /deployment ABC123 has not ended, and nothing of it is seen/);
		assert.match(error.hint, /d2cm cancel ABC123/);
		return true;
	});
	const account = now.accounts.get(testKeys.accessKeyId);
	now.accounts.clear();
	await assert.rejects(d2cm.saveCloud(elsewhere), /what it has cannot be seen with the new ones: /);
	now.accounts.set(testKeys.accessKeyId, account as NonNullable<typeof account>);
	await assert.rejects(d2cm.saveCloud({...cloud, region: 'eu-west-1'}), RegionKeptError);
	assert.deepEqual(
		d2cm.database().clouds.find(({name}) => name === 'sci'),
		cloud,
	);
	const alias = {...cloud, ec2Url: old.url.replace('127.0.0.1', 'localhost')};
	await d2cm.saveCloud(alias);
	await d2cm.saveCloud({...alias, credential: 'other'});
	const {found} = await d2cm.orphans();
	assert.equal(found.filter(({place}) => place === undefined).length, 3);
	assert.deepEqual([...new Set(found.map(({place}) => place))], [undefined, `${old.url}, credential lab`]);
	await d2cm.reap(found);
	assert.deepEqual(old.liveResources(), []);
	assert.deepEqual((await d2cm.orphans()).found, []);
	assert.equal(d2cm.database().places.length, 2, 'something may come to light as long as it has not ended');
	await end();
	await d2cm.orphans();
	assert.deepEqual(d2cm.database().places, []);
	await d2cm.saveCloud(elsewhere);
});
