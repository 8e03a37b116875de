import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test} from 'node:test';
import {composedEtag} from '../../../source/engine/object-store/composed-etag.js';

test('the ETag of parts is the MD5 of their MD5s with their count', () => {
	const md5s = ['one', 'two'].map(text => createHash('md5').update(text).digest());
	const expected = createHash('md5').update(Buffer.concat(md5s)).digest('hex');
	assert.equal(composedEtag(md5s.map(md5 => md5.toString('hex'))), `${expected}-2`);
});
