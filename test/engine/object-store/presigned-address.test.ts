import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {S3CallerOptions} from '../../../source/engine/object-store/s3-caller.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {swiftTraits} from '../../helpers/swift-traits.js';

const now = new Date('2013-05-24T00:00:00Z');
const amazon = {...swiftTraits, pathStyle: false, checksums: 'WHEN_SUPPORTED'} as const;

async function address(bucket: string, key: string, more: Partial<S3CallerOptions> = {}): Promise<URL> {
	const store = createS3Store({
		region: 'eu-west-1',
		credentials: {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'the-secret'},
		traits: amazon,
		clock: {now: () => now, sleep: () => assert.fail('nothing is waited for')},
		...more,
	});
	return new URL(await store.presignGet(bucket, key, 60));
}

const place = ({origin, pathname}: URL): string => origin + pathname;

test('an address is of where its cloud looks for the object', async () => {
	assert.equal(place(await address('abc', 'a/b c')), 'https://abc.s3.eu-west-1.amazonaws.com/a/b%20c');
	// A certificate for *.s3... fits no name with further dots.
	assert.equal(place(await address('abc.d', 'k')), 'https://s3.eu-west-1.amazonaws.com/abc.d/k');
	const china = await address('abc', 'k', {region: 'cn-north-1'});
	assert.equal(place(china), 'https://abc.s3.cn-north-1.amazonaws.com.cn/k');
	const endpoint = 'http://cloud:8773/services/objectstorage';
	const own = await address('abc', "it's (1)", {endpoint, traits: swiftTraits});
	assert.equal(place(own), `${endpoint}/abc/it%27s%20%281%29`);
});

test('an address wants no header of who fetches, and says when it was made and how long it is good', async () => {
	for (const traits of [amazon, swiftTraits]) {
		const {searchParams} = await address('abc', 'k', {traits});
		assert.equal(searchParams.get('X-Amz-SignedHeaders'), 'host');
		assert.equal(searchParams.get('X-Amz-Date'), '20130524T000000Z', 'the time of the clock that it was given');
		assert.equal(searchParams.get('X-Amz-Expires'), '60');
		assert.equal(searchParams.get('X-Amz-Credential'), 'AKIAIOSFODNN7EXAMPLE/20130524/eu-west-1/s3/aws4_request');
		assert.equal(searchParams.get('X-Amz-Security-Token'), null);
	}
});

test('temporary keys send their token along', async () => {
	const keys = {accessKeyId: 'A', secretAccessKey: 's', sessionToken: 'to+ken/='};
	const {href} = await address('abc', 'k', {credentials: keys});
	assert.match(href, /&X-Amz-Security-Token=to%2Bken%2F%3D&/);
});
