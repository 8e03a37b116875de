import assert from 'node:assert/strict';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {NameTakenError} from '../../source/actions/errors/name-taken-error.js';
import {NoStaticKeysError} from '../../source/actions/errors/no-static-keys-error.js';
import {StillUsedError} from '../../source/actions/errors/still-used-error.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {MissingProfileError} from '../../source/engine/credentials/errors/missing-profile-error.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {InvalidEntryError} from '../../source/store/invalid-entry-error.js';
import {withAwsFiles} from '../helpers/aws-files.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const ec2Url = 'https://compute.sci.example.org:8773/';

async function eucarcIn(t: TestContext, key = 'AKIEXAMPLE', more = `export EC2_URL=${ec2Url}`): Promise<string> {
	const folder = join(await temporaryFolder(t), 'my sci');
	await mkdir(folder);
	const text = `export EC2_ACCESS_KEY=${key}\nexport EC2_SECRET_KEY=one\n${more}\n`;
	await writeFile(join(folder, 'eucarc'), text, {mode: 0o600});
	return join(folder, 'eucarc');
}

test('a .eucarc file becomes a credential and a cloud that uses it; imported again, it replaces itself', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	const file = await eucarcIn(t);

	assert.deepEqual(await d2cm.importCredentials(file), {name: 'my-sci', cloud: 'my-sci', remarks: []});
	assert.deepEqual(await d2cm.importCredentials(file), {name: 'my-sci', cloud: 'my-sci', remarks: []});

	const {credentials, clouds} = d2cm.database();
	assert.deepEqual(
		credentials.map(({name, accessKey, secretKey}) => [name, accessKey, secretKey]),
		[['my-sci', 'AKIEXAMPLE', 'one']],
	);
	const cloud = clouds.find(({name}) => name === 'my-sci');
	assert.deepEqual([cloud?.kind, cloud?.ec2Url, cloud?.credential], ['eucalyptus', ec2Url, 'my-sci']);
});

test('that others can read the file the keys came out of is told', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	const file = await eucarcIn(t);
	await chmod(file, 0o644);
	const {remarks} = await d2cm.importCredentials(file);
	assert.match(remarks.join(), /eucarc can be read by everybody on this machine\. Run: chmod 600 /);
});

test('other keys get another name, and a cloud that has a credential keeps it', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	await d2cm.importCredentials(await eucarcIn(t));

	const second = await d2cm.importCredentials(await eucarcIn(t, 'AKIOTHER'));

	assert.deepEqual([second.name, second.cloud, second.keeps], ['my-sci-2', 'my-sci', 'my-sci']);
	assert.match(second.remarks.join(), /goes on using the credential my-sci\./);
	await assert.rejects(d2cm.importCredentials(await eucarcIn(t, 'AKITHIRD'), {name: 'my-sci'}), NameTakenError);
	assert.equal(d2cm.database().credentials.length, 2);
});

test("keys for Amazon go to the region's cloud that is there from the start", async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	const file = await eucarcIn(t, 'AKIA', 'EC2_URL=https://ec2.eu-west-1.amazonaws.com');
	assert.equal((await d2cm.importCredentials(file)).cloud, 'eu-west-1');
	assert.equal(d2cm.database().clouds.find(({name}) => name === 'eu-west-1')?.credential, 'my-sci');
});

test('a profile is referred to by its name, or its lasting keys are copied', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	await withAwsFiles(t, {
		credentials: '[work]\naws_access_key_id=AKIA1\naws_secret_access_key=one\n',
		config: '[profile single]\nsso_session=x\n[profile bare]\nregion=x\n',
	});

	assert.deepEqual(
		(await d2cm.awsProfiles()).map(({name}) => name),
		['bare', 'single', 'work'],
	);
	await d2cm.importProfile('work');
	await d2cm.importProfile('single');
	await d2cm.importProfile('work', {name: 'copied', copyKeys: true});
	assert.deepEqual(
		d2cm.database().credentials.map(({name, profile, accessKey, secretKey}) => [name, profile, accessKey, secretKey]),
		[
			['work', 'work', '', ''],
			['single', 'single', '', ''],
			['copied', '', 'AKIA1', 'one'],
		],
	);
	await assert.rejects(d2cm.importProfile('single', {copyKeys: true}), NoStaticKeysError);
	await assert.rejects(d2cm.importProfile('bare'), MissingProfileError);
	await assert.rejects(d2cm.importProfile('gone'), MissingProfileError);
});

test('what uses a credential is named before it is removed, and follows it when it gets another name', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	await d2cm.importCredentials(await eucarcIn(t));
	const [credential] = d2cm.database().credentials;
	assert.ok(credential);

	assert.deepEqual((await d2cm.usesOf({credential: 'my-sci'}))[0], {what: 'cloud', name: 'my-sci'});
	await assert.rejects(d2cm.removeCredential('my-sci'), StillUsedError);
	await d2cm.saveCredential({...credential, name: 'new'}, {replaces: 'my-sci'});

	const {credentials, clouds} = d2cm.database();
	assert.deepEqual(
		credentials.map(({name}) => name),
		['new'],
	);
	assert.equal(clouds.find(({name}) => name === 'my-sci')?.credential, 'new');
	await d2cm.saveCredential(credentialSchema.parse({name: 'other'}));
	await assert.rejects(d2cm.saveCredential({...credential, name: 'other'}, {replaces: 'new'}), NameTakenError);
});

test('an address with a password in it, or that is none, is not saved', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	for (const url of ['https://ada:secret@sci.example.org', 'sci.example.org', 'https://sci.example.org?x=1']) {
		await assert.rejects(
			d2cm.saveCloud(cloudSchema.parse({name: 'x', kind: 'eucalyptus', ec2Url: url})),
			(error: Error) => error instanceof InvalidEntryError && !error.message.includes('secret'),
		);
	}
});

test('regions are those seeded where Amazon cannot be asked, and none where there are no regions', async t => {
	const d2cm = await openD2cm(await temporaryFolder(t));
	const region = async (kind: string) => d2cm.regions(cloudSchema.parse({name: 'x', kind}));
	assert.deepEqual((await region('ec2')).names, ['eu-west-1', 'us-east-1', 'us-west-1']);
	assert.match((await region('ec2')).why ?? '', /Without a credential/);
	assert.deepEqual(await region('eucalyptus'), {names: [], isLive: false});
});
