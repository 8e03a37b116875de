import assert from 'node:assert/strict';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {NoCloudThereError} from '../../source/engine/cloud/ec2/errors/no-cloud-there-error.js';
import {mayPass} from '../../source/engine/cloud/may-pass.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {callHere} from '../helpers/call-here.js';
import {startCannedServer} from '../helpers/canned-server.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A data folder whose only cloud is whatever answers so, with an AMI and a template there. */
async function homeAt(t: TestContext, status: number, type: string, body: string) {
	const server = await startCannedServer(() => ({status, body, headers: {'content-type': type}}));
	t.after(server.close);
	const home = join(await temporaryFolder(t), 'home');
	const store = await openStore(home);
	const createdAt = new Date().toISOString();
	await store.update(draft => {
		const urls = {ec2Url: server.endpoint, s3Url: server.endpoint};
		draft.credentials.push(credentialSchema.parse({name: 'lab', accessKey: 'AKID', secretKey: 'secret'}));
		draft.clouds.push(cloudSchema.parse({name: 'web', kind: 'compatible', ...urls, credential: 'lab'}));
		const facts = {os: 'Debian', architecture: 'x86_64', virtualBytes: 1, verdict: 'fits'} as const;
		draft.images.push({name: 'worker', file: '/nowhere.vdi', addedAt: createdAt, ...facts});
		draft.amis.push({id: 'ami-12345678', image: 'worker', cloud: 'web', createdAt, virtualBytes: 1, migration: ''});
		draft.templates.push(templateSchema.parse({name: 'one', roles: [{name: 'Master', image: 'worker'}]}));
	});
	const place = server.endpoint.replace('http://', '');
	return {home, place, d2cm: await openD2cm(home)};
}

for (const [what, status, type, body] of [
	['a page that is not there', 404, 'text/html', '<html>Not here</html>'],
	['words', 404, 'text/plain', '404 page not found'],
	['the login page of a network', 200, 'text/html', '<!DOCTYPE html>\n<html><body>Log in<br></body></html>'],
	// The SDK takes it for an answer in which there is nothing.
	['a page that is XML', 200, 'text/html', '<?xml version="1.0"?><html><body>Log in</body></html>'],
	['nothing', 403, 'text/html', ''],
] as const) {
	test(`where ${what} answers in the place of a cloud, that is said in one sentence, and nothing is believed of it`, async t => {
		const {home, place, d2cm} = await homeAt(t, status, type, body);
		const sentence = `What answers at ${place} is no EC2 (HTTP ${status}).`;
		await assert.rejects(d2cm.instanceTypes('web'), {name: 'NoCloudThereError', message: sentence});
		for (const words of [
			['credential', 'test', 'lab', '--cloud', 'web'],
			['deploy', 'one', '--cloud', 'web', '--size', '1', '--yes', '--unknown-price'],
			['ami', 'register', 'ami-99999999', '--cloud', 'web'],
			['ami', 'remove', 'ami-12345678', '--cloud', 'web'],
			['kernel', 'list', 'web'],
		]) {
			const said = await callHere(home, words);
			assert.deepEqual([said.status, said.stderr.split('\n')[0]], [3, sentence], words.join(' '));
			assert.match(said.stderr, /\nCorrect the EC2 address of the cloud; it is EC2_URL/);
		}

		assert.deepEqual(
			(await openD2cm(home)).database().amis.map(({id}) => id),
			['ami-12345678'],
		);
		const {stdout, stderr} = await callHere(home, ['reap']);
		assert.match(stderr, new RegExp(`What is on web is not known: What answers at ${place} is no EC2`));
		assert.match(stdout, /^Nothing is known to be without a living job/);
	});
}

test('a job that meets a login page waits for the cloud to be there again', () => {
	assert.ok(mayPass(new NoCloudThereError('cloud.example.org')));
});
