import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {createAwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {findTaggedSnapshots} from '../../../../source/engine/migration/ebs-direct/find-snapshot.js';
import {askToStart} from '../../../../source/engine/migration/ebs-direct/start-snapshot.js';
import {bundleModule} from '../../../helpers/bundle-module.js';
import {hastyClock} from '../../../helpers/ebs-upload.js';
import {startEc2Server, testKeys} from '../../../helpers/ec2-server/ec2-server.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

test('Amazon is also asked from a bundle, where the SDK is another module', async t => {
	const compiled = fileURLToPath(new URL('../../../../source/engine/cloud/ec2/aws-calls.js', import.meta.url));
	const file = await bundleModule(compiled, join(await temporaryFolder(t), 'bundle'));
	const bundled = (await import(file)) as {createAwsCalls: typeof createAwsCalls};
	const server = await startEc2Server();
	const {url} = server;
	const calls = bundled.createAwsCalls({region: 'us-east-1', keys: testKeys, ec2Url: url, ebsUrl: url}, hastyClock);
	t.after(async () => {
		calls.close();
		await server.close();
	});
	const {signal} = new AbortController();

	const start = {ClientToken: 'token', VolumeSize: 1, Description: '', Timeout: 60, Tags: [{Key: 'a', Value: 'b'}]};
	const id = await askToStart({calls, signal}, start);

	assert.deepEqual(
		(await findTaggedSnapshots(calls, ['a', 'b'], signal)).map(found => found.id),
		[id],
	);
});
