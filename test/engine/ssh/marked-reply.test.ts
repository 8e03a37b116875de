import assert from 'node:assert/strict';
import {test} from 'node:test';
import {MarkedReply} from '../../../source/engine/ssh/marked-reply.js';

test('an answer is taken apart in whatever pieces it comes', () => {
	const output = Buffer.from([0, 255, 0x6d, 0x61, 0x72, 10, 59]);
	const answer = Buffer.concat([output, Buffer.from('mark:1:some errors; mark\nmark:1:17;')]);
	for (let first = 0; first <= answer.length; first++) {
		for (let second = first; second <= answer.length; second++) {
			const reply = new MarkedReply('mark:1:');
			const pieces = [answer.subarray(0, first), answer.subarray(first, second), answer.subarray(second)];
			const results = pieces.filter(({length}) => length > 0).map(piece => reply.take(piece));
			assert.deepEqual(results.at(-1), {code: 17, stdout: output, stderr: 'some errors; mark\n'});
			assert.ok(results.slice(0, -1).every(result => result === undefined));
		}
	}
});
