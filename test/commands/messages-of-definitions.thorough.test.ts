import assert from 'node:assert/strict';
import {utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {openStore} from '../../source/store/open-store.js';
import {callHere} from '../helpers/call-here.js';
import {sharedVdi} from '../helpers/shared-vdi.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const shared = sharedVdi();

test('an image that is added again says so, and a disk that has changed since is migrated only with a word, with both fingerprints', async t => {
	const home = await temporaryFolder(t);
	const add = async () => callHere(home, ['image', 'add', 'worker', shared.vdi]);
	assert.equal((await add()).stderr, '');
	assert.match(
		(await add()).stderr,
		/^worker was registered already, on 20.*; this takes its place\. The disk is as it was since\.$/,
	);
	const plan = async () => callHere(home, ['migrate', 'worker', '--cloud', 'local', '--check']);
	assert.doesNotMatch((await plan()).stdout, /has changed/);

	const changedAt = new Date(Date.now() + 5000);
	await utimes(shared.vdi, changedAt, changedAt);
	assert.match(
		(await plan()).stdout,
		/The disk of worker has changed since it was registered on 20\d\d-.*: its fingerprint was [0-9a-f]{12} and is [0-9a-f]{12}\. What is in it now is migrated\./,
	);
	assert.match((await add()).stderr, /The disk has changed since\.$/);

	// As a version that kept no fingerprint left it.
	await (await openStore(home)).update(draft => {
		draft.images = draft.images.map(({fingerprint: _, ...image}) => image);
	});
	assert.doesNotMatch((await plan()).stdout, /has changed/);
	assert.match((await add()).stderr, /The disk may have changed since\.$/);
});

test('an import of keys that cannot work keeps them, says what is wrong, and does not exit as if all were well', async t => {
	const home = await temporaryFolder(t);
	const file = join(home, 'eucarc');
	await writeFile(
		file,
		'export EC2_URL=ftp://cloud.example.org/\nexport AWS_ACCESS_KEY=AKIDTEST\nexport AWS_SECRET_KEY=secret\nexport EC2_CERT=/there-is-none.pem\n',
		{mode: 0o600},
	);
	const {status, stdout, stderr} = await callHere(home, ['credential', 'import', file, '--name', 'sci']);
	assert.match(stdout, /The credential sci is saved/);
	assert.match(stderr, /^Error: /m);
	assert.equal(status, 3);
});
