import assert from 'node:assert/strict';
import {test} from 'node:test';
import {mustJoinPrivately, OldQemuError} from '../../../../source/engine/cloud/local/qemu-build.js';

test('a QEMU that knows only networks open to everybody is refused in a sentence; what it says of itself decides', () => {
	for (const version of [
		'QEMU emulator version 6.2.0 (Debian 1:6.2+dfsg-2ubuntu6)',
		'QEMU emulator version 7.1.0',
		'',
	]) {
		assert.throws(() => mustJoinPrivately(version), OldQemuError, version);
	}

	for (const version of ['7.2.22', '8.0.0', '10.0.2'].map(number => `QEMU emulator version ${number}`)) {
		mustJoinPrivately(version);
	}
});
