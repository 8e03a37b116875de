import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {installLine} from '../../../source/engine/host/install-line.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const lines = {
	'apt-get': 'Install it: sudo apt-get install qemu-utils',
	dnf: 'Install it: sudo dnf install qemu-img',
	zypper: 'Install it: sudo zypper install qemu-tools',
	pacman: 'Install it: sudo pacman -S qemu-img',
	none: 'Install it: your system may call the package qemu-utils, as Debian does.',
};

for (const [manager, line] of Object.entries(lines)) {
	test(`where the package manager is ${manager}, that one is named, with its own name for the package`, async t => {
		const folder = await temporaryFolder(t);
		writeFileSync(join(folder, manager), '#!/bin/sh\n', {mode: 0o755});
		const path = process.env.PATH;
		t.after(() => {
			process.env.PATH = path;
		});
		process.env.PATH = folder;
		assert.equal(installLine('qemu-img'), line);
	});
}
