import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {rootCertificates} from 'node:tls';
import {cloudAccess} from '../../source/actions/cloud-access.js';
import {NoCredentialError} from '../../source/actions/errors/no-credential-error.js';
import {UnknownNameError} from '../../source/actions/errors/unknown-name-error.js';
import {UnreadableCaError} from '../../source/engine/credentials/errors/unreadable-ca-error.js';
import {WrongRegionError} from '../../source/engine/credentials/errors/wrong-region-error.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const credentials = [
	credentialSchema.parse({name: 'lab', userId: '123456789012', accessKey: 'AKID', secretKey: 'secret'}),
	credentialSchema.parse({name: 'work', profile: 'work'}),
	credentialSchema.parse({name: 'empty'}),
	credentialSchema.parse({name: 'half', accessKey: 'AKID'}),
	credentialSchema.parse({name: 'odd', accessKey: 'AKID', secretKey: 'a secret\n'}),
];
const accessTo = (cloud: Record<string, string>) =>
	cloudAccess('far', {credentials, clouds: [cloudSchema.parse({name: 'far', kind: 'ec2', ...cloud})]});

test('a cloud of the database is reached with the keys of its credential, and only where an address is given there', () => {
	const {region, keys, traits, accountId, ...more} = accessTo({
		credential: 'lab',
		region: 'eu-west-1',
		s3Url: 'http://s3',
	});

	assert.deepEqual([region, accountId], ['eu-west-1', '123456789012']);
	assert.deepEqual(keys, {accessKeyId: 'AKID', secretAccessKey: 'secret'});
	assert.equal(traits.migrationWays[0], 'ebs-direct');
	assert.equal(more.s3Url, 'http://s3');
	assert.ok(!('ec2Url' in more) && !('ca' in more));
});

test('a credential that is a profile gives no keys, but its name', () => {
	assert.deepEqual(accessTo({credential: 'work'}).keys, {profile: 'work'});
});

test("the account the cloud knows the user by goes before the credential's", () => {
	const euca = {credential: 'lab', kind: 'eucalyptus', ec2Url: 'https://euca'};
	assert.equal(accessTo({...euca, accountId: '000000000042'}).accountId, '000000000042');
});

test('the TLS CA comes as text, and one that cannot be read is named', async t => {
	const file = join(await temporaryFolder(t), 'ca.pem');
	assert.throws(() => accessTo({credential: 'lab', ca: file}), UnreadableCaError);
	for (const [content, words] of [
		['', /^The TLS CA \S+ca\.pem holds no certificate\.$/],
		['PEM', /^The TLS CA \S+ca\.pem holds no certificate\.$/],
		['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', /^The TLS CA \S+ca\.pem is damaged\.$/],
	] as const) {
		await writeFile(file, content);
		assert.throws(() => accessTo({credential: 'lab', ca: file}), {name: 'UnreadableCaError', message: words});
	}

	const valid = rootCertificates[0] ?? '';
	await writeFile(file, valid);
	assert.equal(accessTo({credential: 'lab', ca: file}).ca, valid);
	t.mock.timers.enable({apis: ['Date'], now: new Date('2100-01-01')});
	assert.throws(() => accessTo({credential: 'lab', ca: file}), {
		name: 'UnreadableCaError',
		message: /^The TLS CA \S+ca\.pem expired on 20\d\d-\d\d-\d\d\.$/,
	});
});

test('a cloud without a credential, or with one that is gone, is told apart', () => {
	assert.throws(() => accessTo({}), NoCredentialError);
	assert.throws(() => accessTo({credential: 'gone'}), UnknownNameError);
});

test('a region no request can be signed for, which an older version may have saved, is named and not a fault of ours', () => {
	assert.throws(() => accessTo({credential: 'lab', region: 'région'}), WrongRegionError);
});

test('what somebody wrote into db.json is named where no request can come of it, and no key is said', () => {
	const refused = (cloud: Record<string, string>, name: string, message: RegExp) =>
		assert.throws(() => accessTo({credential: 'lab', ...cloud}), {name, message});
	refused({ec2Url: 'not an address'}, 'WrongAddressError', /^The address of EC2 of the cloud far must be an address/);
	refused({s3Url: 'https://x:99999'}, 'WrongAddressError', /^The address of S3 of the cloud far must be/);
	refused({kind: 'compatible'}, 'WrongAddressError', /^The address of EC2 of the cloud far is missing\.$/);
	refused({credential: 'empty'}, 'UnusableKeysError', /^The credential empty cannot be used\. There is neither/);
	refused({credential: 'half'}, 'UnusableKeysError', /there is an access key, but no secret key/i);
	refused({credential: 'odd'}, 'UnusableKeysError', /^The credential odd .* The secret key holds blanks[^A]*$/);
});

test('an address is taken however its scheme and host are written, and by IPv6 and below a path', () => {
	for (const ec2Url of [
		'HTTPS://Cloud.Example:8773/services/compute/',
		'https://[fd00::7]:8773/services/compute',
		'http://[fd00::7]',
	]) {
		assert.equal(accessTo({credential: 'lab', ec2Url}).ec2Url, ec2Url);
	}
});
