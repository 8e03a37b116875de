import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';

/** What `scripts/linear.mjs` says, of the source or of one expression. */
function linear(...words: readonly string[]): {readonly faults: readonly string[]; readonly code: number | null} {
	const {stdout, stderr, status} = spawnSync(process.execPath, ['scripts/linear.mjs', ...words], {encoding: 'utf8'});
	assert.equal(stderr, '');
	return {faults: stdout.split('\n').filter(line => line !== ''), code: status};
}

test('no regular expression of the source takes more than linear time', () => {
	assert.deepEqual(linear(), {faults: [], code: 0});
});

for (const [expression, flags, fault] of [
	['^\\s*ethernets:', 'm', 'it looks at the same text again from every place in it'],
	['^(\\w+)\\s*(.*)x', '', 'two parts of it can share the same text in many ways'],
	['^(?:a+)+$', '', 'it can match the same text in exponentially many ways'],
] as const) {
	test(`/${expression}/${flags} is refused, since ${fault}`, () => {
		const {faults, code} = linear('--expression', expression, flags);
		assert.ok(faults.includes(fault), faults.join('\n'));
		assert.equal(code, 1);
	});
}

test('the same without that is let pass', () => {
	assert.deepEqual(linear('--expression', '^[ \\t]*ethernets:', ''), {faults: [], code: 0});
});
