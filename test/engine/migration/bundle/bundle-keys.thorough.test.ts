import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {type BundleKeyFiles, readBundleKeys} from '../../../../source/engine/migration/bundle/bundle-keys.js';
import {BundleKeyError} from '../../../../source/engine/migration/bundle/errors/bundle-key-error.js';
import {makeBundleCertificates} from '../../../helpers/bundle-certificates.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

test('each unfit certificate or key is told with its file and what is wrong with it', async t => {
	const folder = await temporaryFolder(t);
	const files = await makeBundleCertificates(folder);
	const inFolder = (name: string) => join(folder, name);
	await runProgram(
		'bash',
		[
			'-c',
			`set -e
			openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.crt -subj /CN=ec
			openssl rsa -in user.key -traditional -out old.key
			openssl rsa -in user.key -aes128 -traditional -passout pass:x -out locked-old.key
			openssl pkcs8 -topk8 -in user.key -passout pass:x -out locked.key`,
		],
		{cwd: folder},
	);
	await writeFile(inFolder('text'), 'hello\n');

	const problemOf = async (changed: Partial<BundleKeyFiles>) => {
		try {
			await readBundleKeys({...files, ...changed});
			return 'none';
		} catch (error) {
			assert.ok(error instanceof BundleKeyError, String(error));
			assert.equal(error.file, Object.values(changed)[0]);
			return error.problem;
		}
	};

	assert.equal(await problemOf({}), 'none');
	assert.equal(await problemOf({userKey: inFolder('old.key')}), 'none');
	assert.equal(await problemOf({userKey: files.cloudKey}), 'mismatch');
	assert.equal(await problemOf({userKey: inFolder('locked.key')}), 'encrypted');
	assert.equal(await problemOf({userKey: inFolder('locked-old.key')}), 'encrypted');
	assert.equal(await problemOf({userKey: inFolder('ec.key')}), 'notRsa');
	assert.equal(await problemOf({userKey: files.userCertificate}), 'notAKey');
	assert.equal(await problemOf({userCertificate: inFolder('ec.crt')}), 'notRsa');
	assert.equal(await problemOf({userCertificate: inFolder('text')}), 'notACertificate');
	assert.equal(await problemOf({cloudCertificate: files.userKey}), 'notACertificate');
	assert.equal(await problemOf({cloudCertificate: inFolder('nowhere')}), 'missing');
});
