import assert from 'node:assert/strict';
import {test} from 'node:test';
import {crc32} from 'node:zlib';
import {appendZeros} from '../../../../source/engine/migration/bundle/append-zeros.js';

for (const bytes of [1, 2, 4096, 2 ** 21]) {
	test(`the CRC-32 of ${bytes} zeros behind anything is what going through them gives`, () => {
		const append = appendZeros(bytes);
		for (const before of [0, 1, 0x8000_0000, 0xffff_ffff, crc32('a disk')]) {
			assert.equal(append(before), crc32(Buffer.alloc(bytes), before));
		}
	});
}
