import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {awsProfiles, staticKeys} from '../../../source/engine/credentials/aws-profiles.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const credentials = `
# of my laptop
[default]
aws_access_key_id = AKIA1
aws_secret_access_key = one/secret # mine

[ temporary ]
aws_access_key_id=ASIA2
aws_secret_access_key=two
aws_session_token=three
`;

const config = `[default]
region = eu-west-1
[profile "with blank"]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = default
[profile single]
sso_session = lab
s3 =
    max_concurrent_requests = 20
    region = hidden
[sso-session lab]
sso_start_url = https://lab.example.org
[profile tool]
credential_process = /bin/keys
[profile bare]
region = us-east-1
[profile of-config]
aws_access_key_id = AKIA4
aws_secret_access_key = four
`;

test('profiles are listed with the way to their keys, out of both files, and without any secret', async t => {
	const folder = await temporaryFolder(t);
	const files = {credentials: join(folder, 'credentials'), config: join(folder, 'config')};
	assert.deepEqual(await awsProfiles(files), []);
	await writeFile(files.credentials, credentials);
	await writeFile(files.config, config);

	const profiles = await awsProfiles(files);

	assert.deepEqual(
		profiles.map(({name, source, region, file}) => [name, source, region, file.split('/').at(-1)]),
		[
			['bare', 'none', 'us-east-1', ''],
			['default', 'keys', 'eu-west-1', 'credentials'],
			['of-config', 'keys', '', 'config'],
			['single', 'sso', '', ''],
			['temporary', 'temporary keys', '', 'credentials'],
			['tool', 'program', '', ''],
			['with blank', 'role', '', ''],
		],
	);
	assert.doesNotMatch(JSON.stringify(profiles), /AKIA|ASIA|secret|two|three|four/);
});

test('only keys that stand in a profile as they are can be taken over', async t => {
	const folder = await temporaryFolder(t);
	const files = {credentials: join(folder, 'credentials'), config: join(folder, 'config')};
	await writeFile(files.credentials, credentials);
	await writeFile(files.config, config);

	assert.deepEqual(await staticKeys('default', files), {accessKey: 'AKIA1', secretKey: 'one/secret'});
	assert.deepEqual(await staticKeys('of-config', files), {accessKey: 'AKIA4', secretKey: 'four'});
	for (const name of ['temporary', 'tool', 'single', 'with blank', 'gone']) {
		assert.equal(await staticKeys(name, files), undefined);
	}
});
