import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileChunks} from '../../../source/engine/host/file-chunks.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('a file is read whole and in order, also an empty one', async t => {
	const file = join(await temporaryFolder(t), 'file');
	for (const body of [Buffer.alloc(0), randomBytes(2_500_000)]) {
		await writeFile(file, body);
		const hash = createHash('sha256');
		for await (const chunk of fileChunks(file)) {
			hash.update(chunk);
		}

		assert.equal(hash.digest('hex'), createHash('sha256').update(body).digest('hex'));
	}
});
