import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {openD2cm} from '../../../../source/actions/open-d2cm.js';
import {createAwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import * as sdk from '../../../../source/engine/cloud/ec2/ec2-sdk.js';
import {isOf} from '../../../../source/engine/cloud/ec2/owned/whose.js';
import {
	askBy,
	type RemovableKind,
	removableKinds,
	removeOurs,
} from '../../../../source/engine/cloud/ec2/remove-ours.js';
import {projectFolder} from '../../../../source/engine/host/project-folder.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import {amiSchema, cloudSchema, credentialSchema} from '../../../../source/store/database.js';
import {openStore} from '../../../../source/store/open-store.js';
import {addAmi, ec2CloudOn} from '../../../helpers/ec2-cloud-on.js';
import {type Ec2Server, startEc2Server, testKeys} from '../../../helpers/ec2-server/ec2-server.js';
import {trialOwner, trialRequest} from '../../../helpers/ec2-trial.js';
import {runD2cm} from '../../../helpers/run-d2cm.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const kinds = Object.keys(removableKinds) as readonly RemovableKind[];
const {signal} = new AbortController();

async function server(t: TestContext): Promise<Ec2Server> {
	const started = await startEc2Server({rules: {pendingMs: 0, shuttingDownMs: 0}});
	t.after(async () => started.close());
	return started;
}

type Whose = {readonly installation?: string; readonly digit: string};

/** Puts one of each kind into the cloud, tagged as an installation's or not at all, and tells their ids. */
async function putOneOfEach(on: Ec2Server, {installation, digit}: Whose): Promise<Record<RemovableKind, string>> {
	const {compute, snapshots} = on.world;
	const tags = new Map(installation === undefined ? [] : [['d2cm:installation', installation]]);
	const hex = digit.repeat(17);
	const ids = {volume: `vol-${hex}`, address: `eipalloc-${hex}`, snapshot: `snap-${hex}`, AMI: `ami-${hex}`};
	compute.volumes.set(ids.volume, {id: ids.volume, instanceId: 'i-00000000', gib: 8, madeAt: 0, tags});
	compute.addresses.set(ids.address, {id: ids.address, ip: '192.0.2.9', instanceId: undefined, tags});
	snapshots.set(ids.snapshot, {
		id: ids.snapshot,
		status: 'pending',
		unseen: 0,
		volumeGib: 8,
		description: '',
		parentId: undefined,
		tags,
		encrypted: false,
		startedAt: new Date(),
		written: new Map(),
	});
	addAmi(on, {id: ids.AMI, name: `ami ${digit}`, snapshotId: `snap-${digit.repeat(8)}`, tags});
	const owner = {...trialOwner, installation: installation ?? 'nobody', launchKey: `pi.${digit}`};
	const cloud = ec2CloudOn(on);
	await cloud.prepare(owner);
	const [instance] = await cloud.reserve({...trialRequest, imageId: ids.AMI, owner, count: 1, clientToken: digit});
	const group = [...compute.groups.values()].find(({name}) => name.endsWith(owner.launchKey));
	if (installation === undefined) {
		compute.instances.get(instance?.id ?? '')?.tags.clear();
		compute.keyPairs.get(owner.launchKey)?.tags.clear();
	}

	return {...ids, instance: instance?.id ?? '', 'security group': group?.id ?? '', 'key pair': owner.launchKey};
}

/** What lives in the cloud, by its ids. */
const living = ({world: {compute, snapshots, images}}: Ec2Server): readonly string[] =>
	[
		...[...compute.instances.values()].filter(({end}) => !end).map(({id}) => id),
		...[compute.volumes, compute.addresses, compute.groups, compute.keyPairs, snapshots, images].flatMap(map => [
			...map.keys(),
		]),
	].toSorted();

for (const kind of kinds) {
	const {action} = removableKinds[kind];

	test(`what is asked of ${kind} and answered with another one ends in an error, and nothing is sent ${action}`, async t => {
		const on = await server(t);
		const theirs = await putOneOfEach(on, {installation: 'theirs', digit: 'b'});
		const calls = createAwsCalls({region: 'us-east-1', keys: testKeys, ec2Url: on.url}, systemClock);
		t.after(() => calls.close());
		on.shows = 'everything';
		const before = living(on);
		for (const isRecorded of [false, true]) {
			const gone = theirs[kind].replace(/\w$/, 'f');
			await assert.rejects(
				removeOurs(askBy(calls, signal), {kind, ids: [gone], isOurs: () => true, isRecorded}),
				({name, message}: Error) =>
					name === 'CloudAnswerError' &&
					message.startsWith(`The cloud was asked about the ${kind} ${gone}, and answered with `),
			);
			await assert.rejects(
				removeOurs(askBy(calls, signal), {kind, ids: [theirs[kind]], isOurs: isOf('ours'), isRecorded}),
				{name: 'NotOursError', message: `The ${kind} ${theirs[kind]} is not removed: it is not this installation's.`},
			);
		}

		assert.deepEqual(living(on), before);
		assert.equal(on.counts.byAction.get(action) ?? 0, 0);
	});
}

/** A data folder that knows the server as its only cloud. */
async function homeOn(t: TestContext, on: Ec2Server) {
	const d2cm = await openD2cm(join(await temporaryFolder(t), 'home'));
	const {accessKeyId: accessKey, secretAccessKey: secretKey} = testKeys;
	await d2cm.saveCredential(credentialSchema.parse({name: 'lab', accessKey, secretKey}));
	await d2cm.saveCloud(
		cloudSchema.parse({
			name: 'sci',
			kind: 'ec2',
			region: 'us-east-1',
			ec2Url: on.url,
			s3Url: on.url,
			credential: 'lab',
		}),
	);
	return {d2cm, store: await openStore(d2cm.home)};
}

test('reap on a cloud that shows everything to every question removes all that is ours, and leaves what is not', async t => {
	const on = await server(t);
	const {d2cm, store} = await homeOn(t, on);
	const {installation} = store.data();
	await putOneOfEach(on, {installation: 'theirs', digit: 'b'});
	await putOneOfEach(on, {digit: 'c'});
	const strangers = living(on);
	const ours = await putOneOfEach(on, {installation, digit: 'a'});
	on.shows = 'everything';
	const {stdout, stderr} = await runD2cm(d2cm.home, 'reap', '--yes', '--kept');
	// AMIs are no orphans.
	assert.deepEqual(living(on), [...strangers, ours.AMI].toSorted(), stdout + stderr);
	for (const id of strangers) {
		assert.ok(!stdout.includes(id), `${id} is listed`);
	}
});

test("an AMI's snapshots that are neither known nor ours keep the AMI, and the user is told how to remove it alone", async t => {
	const on = await server(t);
	const {d2cm, store} = await homeOn(t, on);
	const {installation} = store.data();
	const theirs = await putOneOfEach(on, {installation: 'theirs', digit: 'b'});
	const unknown = await putOneOfEach(on, {digit: 'c'});
	const tags = new Map([['d2cm:installation', installation]]);
	const ours = addAmi(on, {id: 'ami-0000000a', name: 'ours', snapshotId: theirs.snapshot, tags});
	const listed = {image: '', cloud: 'sci', createdAt: '', virtualBytes: 0};
	await store.update(draft => {
		draft.amis.push(amiSchema.parse({...listed, id: ours.id}), amiSchema.parse({...listed, id: theirs.AMI}));
	});
	for (const snapshotId of [theirs.snapshot, unknown.snapshot]) {
		addAmi(on, {...ours, snapshotId});
		const before = living(on);
		const {status, stderr} = await runD2cm(d2cm.home, 'ami', 'remove', ours.id, '--cloud', 'sci');
		assert.equal(status, 3);
		assert.match(stderr, new RegExp(`The snapshot ${snapshotId} is not removed: .*--keep-data`, 's'));
		assert.deepEqual(living(on), before);
	}

	const {stderr} = await runD2cm(d2cm.home, 'ami', 'remove', theirs.AMI, '--cloud', 'sci');
	assert.match(stderr, new RegExp(`The AMI ${theirs.AMI} is not removed: it is not this installation's`));
	assert.ok(on.world.images.has(theirs.AMI));

	on.world.images.delete(ours.id);
	on.shows = 'everything';
	const other = await runD2cm(d2cm.home, 'ami', 'remove', ours.id, '--cloud', 'sci');
	assert.match(other.stderr, new RegExp(`asked about the AMI ${ours.id}, and answered with ami-`));
	on.shows = 'what was asked';
	addAmi(on, ours);
	const kept = await runD2cm(d2cm.home, 'ami', 'remove', ours.id, '--cloud', 'sci', '--keep-data');
	assert.equal(kept.status, 0, kept.stderr);
	assert.ok(!on.world.images.has(ours.id) && on.world.snapshots.has(theirs.snapshot));
});

test('an instance that only the answer to a reservation calls ours is not ended, and the others are', async t => {
	const on = await server(t);
	const theirs = await putOneOfEach(on, {installation: 'theirs', digit: 'b'});
	const ours = await putOneOfEach(on, {installation: 'ours', digit: 'a'});
	const cloud = ec2CloudOn(on, {installation: 'ours'});
	await assert.rejects(cloud.terminate([theirs.instance, ours.instance]), {name: 'NotOursError'});
	assert.ok(living(on).includes(theirs.instance) && !living(on).includes(ours.instance));
});

test('every command of the SDK that removes something is in the one table, and is sent from nowhere else', async () => {
	const removing = /^(?:Abort|Delete|Deregister|Detach|Disable|Purge|Release|Terminate)\w+Command$/;
	const actions = Object.values(removableKinds).map(({action}) => `${action}Command`);
	assert.deepEqual(
		Object.keys(sdk)
			.filter(name => removing.test(name))
			.toSorted(),
		actions.toSorted(),
	);
	const source = join(projectFolder(), 'source');
	for (const file of await readdir(source, {recursive: true})) {
		if (!/\.tsx?$/.test(file) || /(?:remove-ours|ec2-sdk)\.ts$/.test(file)) {
			continue;
		}

		const text = await readFile(join(source, file), 'utf8');
		for (const action of actions) {
			// Whether it would be allowed is tried with what is not there.
			assert.doesNotMatch(
				text,
				new RegExp(`new (?:sdk\\.)?${action}\\((?!\\{DryRun: true)`),
				`${file} sends ${action}`,
			);
		}
	}
});
