import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {createAwsCalls} from '../../../source/engine/cloud/ec2/aws-calls.js';
import type {AccessKeys, Ec2Access} from '../../../source/engine/cloud/ec2/ec2-access.js';
import {CloudUntrustedError} from '../../../source/engine/cloud/ec2/errors/cloud-untrusted-error.js';
import {MissingProfileError} from '../../../source/engine/credentials/errors/missing-profile-error.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {withAwsFiles} from '../../helpers/aws-files.js';
import {startCannedServer} from '../../helpers/canned-server.js';
import {hastyClock} from '../../helpers/ebs-upload.js';
import {startEc2Server, testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {swiftTraits} from '../../helpers/swift-traits.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {startTlsFront} from '../../helpers/tls-front.js';

const {signal} = new AbortController();

async function describeImages(t: TestContext, access: Partial<Ec2Access>): Promise<unknown> {
	const calls = createAwsCalls({region: 'us-east-1', keys: testKeys, ...access}, hastyClock, {mostAttempts: 2});
	t.after(() => calls.close());
	return calls.ec2(
		'DescribeImages',
		async (client, sdk, options) => client.send(new sdk.DescribeImagesCommand({Owners: ['self']}), options),
		signal,
	);
}

test('EC2 is reached over TLS with the CA of the cloud, and not without it', async t => {
	const server = await startEc2Server();
	const front = await startTlsFront(server.url, await temporaryFolder(t));
	t.after(async () => {
		front.close();
		await server.close();
	});

	await assert.rejects(describeImages(t, {ec2Url: front.url}), CloudUntrustedError);
	assert.equal(server.counts.requests, 0);
	await describeImages(t, {ec2Url: front.url, ca: front.ca});
	assert.equal(server.counts.requests, 1);
});

const withProfile = async (t: TestContext) =>
	withAwsFiles(t, {
		credentials: `[work]\naws_access_key_id = ${testKeys.accessKeyId}\naws_secret_access_key = ${testKeys.secretAccessKey}\n`,
	});

test('a profile of the shared configuration signs, and keys of the environment never do', async t => {
	await withProfile(t);
	const server = await startEc2Server();
	t.after(server.close);
	const ec2Url = server.url;

	await describeImages(t, {ec2Url, keys: {profile: 'work'}});
	await assert.rejects(describeImages(t, {ec2Url, keys: {profile: 'other'}}), MissingProfileError);

	assert.equal(server.counts.requests, 1);
});

test('object stores are asked with the keys of the profile, too', async t => {
	await withProfile(t);
	const signed: string[] = [];
	const server = await startCannedServer(request => {
		signed.push(request.headers.authorization ?? '');
		return {status: 200, body: '<ListBucketResult></ListBucketResult>'};
	});
	t.after(server.close);
	const storeOf = (credentials: AccessKeys) =>
		createS3Store({endpoint: server.endpoint, region: 'us-east-1', credentials, traits: swiftTraits});

	assert.equal(await storeOf({profile: 'work'}).bucketState('a-bucket'), 'ours');
	await assert.rejects(storeOf({profile: 'other'}).bucketState('a-bucket'), MissingProfileError);

	assert.match(signed.join(), /^AWS4-HMAC-SHA256 Credential=AKIDTEST\//);
});
