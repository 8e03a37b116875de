import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {NoCloudThereError} from '../../source/engine/credentials/errors/no-cloud-there-error.js';
import {cloudSchema, credentialSchema} from '../../source/store/database.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('where no EC2 is at the address of a cloud, its types and its orphans are asked for in vain, in one sentence', async t => {
	const server = createServer((_request, response) => response.writeHead(404).end('<html>Not here</html>'));
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	const d2cm = await openD2cm(join(await temporaryFolder(t), 'home'));
	await d2cm.saveCredential(credentialSchema.parse({name: 'lab', accessKey: 'AKID', secretKey: 'secret'}));
	const address = `http://127.0.0.1:${port}/`;
	await d2cm.saveCloud(
		cloudSchema.parse({name: 'web', kind: 'compatible', ec2Url: address, s3Url: address, credential: 'lab'}),
	);
	await assert.rejects(d2cm.instanceTypes('web'), NoCloudThereError);
	const {unasked} = await d2cm.orphans();
	const reasons = unasked.filter(({why}) => why.includes('is no EC2'));
	assert.deepEqual(reasons, [{cloud: 'web', why: `What answers at 127.0.0.1:${port} is no EC2 (HTTP 404).`}]);
});
