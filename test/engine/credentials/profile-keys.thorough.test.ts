import assert from 'node:assert/strict';
import {test} from 'node:test';
import {profileKeys} from '../../../source/engine/credentials/profile-keys.js';
import {withAwsFiles} from '../../helpers/aws-files.js';
import {startCannedServer} from '../../helpers/canned-server.js';
import {startConnectProxy} from '../../helpers/connect-proxy.js';

const files = {
	credentials: '[base]\naws_access_key_id = AKIABASE00000000\naws_secret_access_key = base-secret\n',
	config:
		'[profile worker]\nrole_arn = arn:aws:iam::123456789012:role/worker\nsource_profile = base\nregion = eu-west-1\n',
};

const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAROLE00000000</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
<Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

test('the role of a profile is taken where the cloud has its STS, with the keys of the source profile', async t => {
	await withAwsFiles(t, files);
	const sts = await startCannedServer(request => {
		assert.match(request.headers.authorization ?? '', /Credential=AKIABASE00000000\/\d+\/eu-south-9\/sts/);
		return {status: 200, headers: {'content-type': 'text/xml'}, body: answer};
	});
	t.after(() => sts.close());
	const keys = await profileKeys('worker', {region: 'eu-south-9', stsUrl: `${sts.endpoint}/services/Tokens`})();
	assert.equal(keys.accessKeyId, 'ASIAROLE00000000');
	assert.equal(keys.secretAccessKey, 'role-secret');
	assert.equal(keys.sessionToken, 'role-token');
	assert.equal(keys.expiration?.getUTCFullYear(), 2040);
	assert.equal(sts.requests.length, 1);
});

test('where a role of Amazon is taken by a proxy that refuses, the proxy is named and not the profile', async t => {
	await withAwsFiles(t, files);
	const proxy = await startConnectProxy({portOf: () => undefined, refuse: 403});
	process.env['https_proxy'] = `http://me:geheim@${proxy.place}`;
	t.after(() => {
		delete process.env['https_proxy'];
		proxy.close();
	});
	await assert.rejects(profileKeys('worker', {region: 'eu-west-1'})(), {
		name: 'ProxyError',
		message: /refuses sts\.eu-west-1\.amazonaws\.com:443 \(HTTP 403\)/,
	});
	assert.deepEqual(proxy.asked, ['CONNECT sts.eu-west-1.amazonaws.com:443']);
});
