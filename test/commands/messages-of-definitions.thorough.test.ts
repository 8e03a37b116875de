import assert from 'node:assert/strict';
import {chmod, copyFile, mkdir, open, rename, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../source/engine/host/run-program.js';
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

test('another disk with the same size and time, in the place of a registered one, is said before it is migrated', async t => {
	const home = await temporaryFolder(t);
	const file = join(await temporaryFolder(t), 'worker.vdi');
	await copyFile(shared.vdi, file);
	const plan = async () => callHere(home, ['migrate', 'worker', '--cloud', 'local', '--check']);
	await callHere(home, ['image', 'add', 'worker', file]);
	assert.doesNotMatch((await plan()).stdout, /another file/);

	await copyFile(file, `${file}.other`);
	const other = await open(`${file}.other`, 'r+');
	await other.write('evil code', (await stat(file)).size - 4096);
	await other.close();
	await runProgram('touch', ['-r', file, `${file}.other`]);
	await rename(`${file}.other`, file);
	assert.match(
		(await plan()).stdout,
		/The disk of worker looks as it did when it was registered on 20.*, but is another file or was touched since: it was file \d+ of user \d+, touched at 20.*Z, and is file \d+ of user \d+, touched at 20.*Z\. What is in it now is migrated\./,
	);

	// As a version that did not keep it left it.
	await (await openStore(home)).update(draft => {
		draft.images = draft.images.map(({identity: _, ...image}) => image);
	});
	assert.doesNotMatch((await plan()).stdout, /another file/);
});

test('a disk in a folder that others may write to is said when it is added, listed and inspected', async t => {
	const home = await temporaryFolder(t);
	const folder = join(await temporaryFolder(t), 'shared');
	await mkdir(folder);
	await copyFile(shared.vdi, join(folder, 'worker.vdi'));
	await chmod(folder, 0o777);
	const said =
		/The disk can be changed by others: others may write to .*shared \(mode 0777\)\. Keep it in a folder of your own/;
	assert.match((await callHere(home, ['image', 'add', 'worker', join(folder, 'worker.vdi')])).stderr, said);
	assert.match((await callHere(home, ['image', 'list'])).stderr, /^worker: The disk can be changed by others/);
	assert.match((await callHere(home, ['inspect', join(folder, 'worker.vdi')])).stdout.replaceAll(/\s+/g, ' '), said);
	const [image] = JSON.parse((await callHere(home, ['image', 'list', '--json'])).stdout).images;
	assert.match(image.exposure, said);

	await chmod(folder, 0o755);
	assert.equal((await callHere(home, ['image', 'list'])).stderr, '');
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
