import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resultLines} from '../../../source/screens/parts/result-lines.js';
import {FakeD2cm} from '../../helpers/fake-d2cm.js';

test('what the roles asked for comes before what their scripts wrote', async () => {
	const view = await new FakeD2cm().deployment('OLD777');
	const results = [
		{path: 'Master/i-1/scripts/start-1/out', bytes: 2048},
		{path: 'Slave/i-2/root/log', bytes: 7},
	];
	const texts = resultLines({...view, results}).map(({text}) => text);
	assert.deepEqual(texts.slice(3), [
		'        7 B  Slave/i-2/root/log',
		'',
		' Output of the scripts',
		'    2.0 KiB  Master/i-1/scripts/start-1/out',
	]);
});
