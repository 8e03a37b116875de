import assert from 'node:assert/strict';
import {test} from 'node:test';
import {objectUrl, presignGet} from '../../../source/engine/object-store/presign-get.js';

test("the example of Amazon's own documentation has the signature given there", () => {
	const address = presignGet({
		url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
		region: 'us-east-1',
		keys: {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'},
		now: new Date('2013-05-24T00:00:00Z'),
		expiresSeconds: 86_400,
	});
	assert.equal(
		address,
		'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
	);
});

test('temporary keys send their token along', () => {
	const address = presignGet({
		url: new URL('https://b.s3.amazonaws.com/k'),
		region: 'us-east-1',
		keys: {accessKeyId: 'A', secretAccessKey: 's', sessionToken: 'to+ken/='},
		now: new Date(0),
		expiresSeconds: 1,
	});
	assert.match(address, /&X-Amz-Security-Token=to%2Bken%2F%3D&X-Amz-SignedHeaders=host&/);
});

test('an object is where its cloud looks for it', () => {
	const amazon = {region: 'eu-west-1', pathStyle: false};
	assert.equal(objectUrl('b', 'a/b c', amazon).href, 'https://b.s3.eu-west-1.amazonaws.com/a/b%20c');
	assert.equal(objectUrl('b.c', 'k', amazon).href, 'https://s3.eu-west-1.amazonaws.com/b.c/k');
	assert.equal(objectUrl('b', 'k', {...amazon, region: 'cn-north-1'}).host, 'b.s3.cn-north-1.amazonaws.com.cn');
	const own = {region: 'us-east-1', endpoint: 'http://cloud:8773/services/objectstorage', pathStyle: true};
	assert.equal(objectUrl('b', 'k', own).href, 'http://cloud:8773/services/objectstorage/b/k');
});
