import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ShNotices} from '../../../source/engine/ssh/sh-notices.js';

test('what is said reaches those who wait for it, before and after, in whatever pieces it comes', async () => {
	const notices = new ShNotices();
	const {signal} = new AbortController();
	const early = notices.when('/tasks/a', signal);
	notices.take(Buffer.from('0 /tas'));
	notices.take(Buffer.from('ks/a\n17 /tasks/b\nsh: some complaint\n3'));
	assert.equal(await early, '0');
	assert.equal(await notices.when('/tasks/b', signal), '17');
	notices.take(Buffer.from(' /tasks/c\n'));
	assert.equal(await notices.when('/tasks/c', signal), '3');
});

test('who has given up hears nothing', async () => {
	const notices = new ShNotices();
	const given = new AbortController();
	const heard: string[] = [];
	notices.when('a', given.signal).then(what => heard.push(what));
	await Promise.resolve();
	given.abort();
	notices.take(Buffer.from('0 a\n'));
	await new Promise(setImmediate);
	assert.deepEqual(heard, []);
});
