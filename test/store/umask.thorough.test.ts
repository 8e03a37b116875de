import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {runProgram} from '../../source/engine/host/run-program.js';
import {makeDesktopVdi} from '../helpers/desktop-vdi.js';
import {notPrivate} from '../helpers/not-private.js';
import {d2cmFile} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const template = 'name: pi\nroles:\n  - {name: Master, image: worker, startScripts: [hostname]}\n';

for (const umask of ['000', '777']) {
	test(`with a umask of ${umask} every folder of the data folder is 0700 and every file 0600`, async t => {
		const folder = await temporaryFolder(t);
		const home = join(folder, 'home');
		await mkdir(join(folder, 'disks'));
		const vdi = await makeDesktopVdi(join(folder, 'disks'));
		await writeFile(join(folder, 'pi.yaml'), template);
		const d2cm = async (...words: readonly string[]) =>
			runProgram('env', [
				...[`D2CM_HOME=${home}`, 'sh', '-c', `umask ${umask}; exec "$0" "$@"`],
				...[process.execPath, d2cmFile, ...words],
			]);

		await d2cm('image', 'add', 'worker', vdi);
		await d2cm('template', 'import', join(folder, 'pi.yaml'));
		if (umask === '000') {
			await d2cm('migrate', 'worker', '--cloud', 'local');
		}

		await d2cm('doctor');

		assert.deepEqual(await notPrivate(home), []);
	});
}
