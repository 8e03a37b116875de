import assert from 'node:assert/strict';
import {test} from 'node:test';
import {bucketNameProblem, checkBucketName} from '../../../source/engine/object-store/bucket-name.js';
import {BucketNameError} from '../../../source/engine/object-store/errors/bucket-name-error.js';

for (const name of ['abc', 'a1.b-2.c3', '2026-images', 'a'.repeat(63), 'my.images', '1.2.3.4.5']) {
	test(`${name} can be the name of a bucket`, () => {
		assert.equal(bucketNameProblem(name), undefined);
		checkBucketName(name);
	});
}

for (const [name, words] of [
	['', /3 characters/],
	['ab', /3 characters/],
	['a'.repeat(64), /63/],
	['Images', /capital/],
	['my_images', /underscore/],
	['my images', /other characters/],
	['bücher', /other characters/],
	['abc\n', /other characters/],
	['a/b/c', /other characters/],
	['-abc', /begin and end/],
	['abc.', /begin and end/],
	['a..b', /two dots/],
	['192.168.0.1', /IP address/],
	['xn--abc', /begins with/],
	['sthree-abc', /begins with/],
	['abc-s3alias', /ends with/],
	['abc--x-s3', /ends with/],
] as const) {
	test(`${JSON.stringify(name)} cannot be the name of a bucket, and it is said why`, () => {
		assert.match(bucketNameProblem(name) ?? '', words);
		assert.throws(() => checkBucketName(name), BucketNameError);
	});
}
