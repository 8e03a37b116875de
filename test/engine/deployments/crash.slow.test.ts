import {test} from 'node:test';
import {crashAtEveryRecord} from '../../helpers/crash-at-every-record.js';

test('a crash between any record and its effect is resumed, with every effect once and all results', async t => {
	await crashAtEveryRecord(t, 'after');
});
