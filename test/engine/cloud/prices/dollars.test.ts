import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dollars} from '../../../../source/engine/cloud/prices/dollars.js';

test('prices are told to the cent, or as fine as they are', () => {
	const told = [0, 0.5, 1.234, 0.0104, 0.000875, 0.00005, 0.000004].map(dollars);
	assert.deepEqual(told, ['$0.00', '$0.50', '$1.23', '$0.0104', '$0.0009', '$0.00005', '$0.00']);
});
