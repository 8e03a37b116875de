import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {privateMounts} from '../../helpers/private-mounts.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const child = fileURLToPath(new URL('../../helpers/fill-disk-and-tell.js', import.meta.url));

test('a full disk is one sentence by each way, leaves nothing in the cloud, and with room again the whole arrives', async t => {
	const folder = await temporaryFolder(t);
	const inside = await privateMounts(t, `mount -t tmpfs -o size=128k tmpfs ${folder}`);
	const [program = '', ...args] = [...inside, process.execPath, child, folder];
	const {stdout} = await runProgram(program, args);

	const ends = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
	assert.deepEqual(
		ends.map(({way, when}) => `${way} ${when}`),
		['ebs-direct before', 'ebs-direct reading', 'import-snapshot before', 'import-snapshot reading', 'bundle before'],
	);
	for (const {name, message, left, again} of ends) {
		assert.equal(name, 'FullDiskError', String(message));
		assert.match(String(message), /^There is no room left on this machine to write .+\.$/);
		assert.deepEqual(left, []);
		assert.match(String(again), /^snap-/);
	}
});
