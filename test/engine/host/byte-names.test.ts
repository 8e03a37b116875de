import assert from 'node:assert/strict';
import {test} from 'node:test';
import {bytesOf, nameOf, shownName} from '../../../source/engine/host/byte-names.js';
import {seededRandom} from '../../helpers/seeded-random.js';

test('any bytes survive as a name, also through JSON', () => {
	const random = seededRandom(7);
	// Pieces of which all that is nearly UTF-8 is made.
	const pieces = [
		'61',
		'c3a9',
		'c3',
		'a9',
		'f09f9882',
		'f09f98',
		'eda080',
		'edb3a9',
		'ff',
		'c080',
		'0a',
		'efbfbd',
		'efbbbf',
	];
	for (let round = 0; round < 5000; round++) {
		const count = 1 + Math.floor(random() * 6);
		const bytes = Buffer.concat(
			Array.from({length: count}, () => Buffer.from(pieces[Math.floor(random() * pieces.length)] ?? '', 'hex')),
		);
		const name = nameOf(bytes);
		assert.deepEqual(bytesOf(name), bytes, bytes.toString('hex'));
		assert.deepEqual(bytesOf(JSON.parse(JSON.stringify(name))), bytes);
	}
});

test('a name of UTF-8 is plain text, and another one is shown by its bytes', () => {
	assert.equal(nameOf(Buffer.from('käse 🜁')), 'käse 🜁');
	assert.equal(shownName(nameOf(Buffer.from('r\xe9sultat\x1b[31m\n', 'latin1'))), 'r\\xE9sultat\\x1B[31m\\n');
});
