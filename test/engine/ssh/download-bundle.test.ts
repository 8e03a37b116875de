import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {downloadBundle} from '../../../source/engine/ssh/download-bundle.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {makeTar, type TarEntry} from '../../../source/engine/ssh/tar-archive.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const {signal} = new AbortController();
const remote = '/root/result';
const member = (path: string, content: string | Buffer, kind: TarEntry['kind'] = 'file'): TarEntry => ({
	path,
	kind,
	mode: 0o600,
	modifiedAt: 0,
	content: Buffer.from(content),
});
const listing = (line: string, relative = '') => `f ${line} ${remote}\0${relative}\0\0all\0`;
const honest = listing('2 8 600 0.5');

/** An instance that lists this, and sends that with the right sums of it. */
function instance(list: string, members: readonly TarEntry[], change: (archive: Buffer) => Buffer = one => one): Shell {
	const sums = members.map(({path, content}) => `${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
	const answer = Buffer.concat([Buffer.from(`${sums.join('')}\n`), change(makeTar(members))]);
	const script = async (text: string) => ({
		code: 0,
		stdout: text.startsWith('list_small') ? Buffer.from(list) : answer,
	});
	return {script} as unknown as Shell;
}

/** Makes the type of the first member another one, and its sum right again. */
const ofType = (type: string) => (archive: Buffer) => {
	archive.write(type, 156, 'latin1');
	archive.fill(' ', 148, 156);
	const sum = archive.subarray(0, 512).reduce((all, byte) => all + byte, 0);
	archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return archive;
};

const good = member(remote, 'ab');
const lies: Readonly<Record<string, Shell>> = {
	'is listed as empty and has 5 MB': instance(listing('0 0 600 0.5'), [member(remote, Buffer.alloc(5_000_000, 1))]),
	'has a byte more than was listed': instance(honest, [member(remote, 'abc')]),
	'has a file that was not listed': instance(honest, [good, member('/root/other', 'cd')]),
	'has the same file twice': instance(honest, [good, good]),
	'has an absolute name of elsewhere': instance(honest, [good, member('/etc/passwd', 'cd')]),
	'has a name that leads out': instance(honest, [good, member(`${remote}/../../x`, 'cd')]),
	'has a folder': instance(honest, [good, member('/root/folder', '', 'folder')]),
	'has a link': instance(honest, [good, {...member('/root/link', '', 'link'), target: '/etc/passwd'}]),
	'has a hard link': instance(honest, [good], ofType('1')),
	'has a character device': instance(honest, [good], ofType('3')),
	'has a block device': instance(honest, [good], ofType('4')),
	'has a pipe': instance(honest, [good], ofType('6')),
	'has a header of pax': instance(honest, [good], ofType('x')),
	'has a file with holes': instance(honest, [good], ofType('S')),
	'is cut off': instance(honest, [good], archive => archive.subarray(0, 513)),
	'is listed with a size no file has': instance(listing(`${'9'.repeat(400)} 8 600 0.5`), [good]),
	'is listed with a negative size': instance(listing('-2 8 600 0.5'), [good]),
	'is listed with a size that is no number': instance(listing('NaN 8 600 0.5'), [good]),
	'is listed with a time in the year 1,000,000,000': instance(listing('2 8 600 31556952000000000.5'), [good]),
	'is listed with a name that leads out': instance(listing('2 8 600 0.5', '../x'), [good]),
	'is listed with a name of 64 KiB': instance(listing('2 8 600 0.5', 'x'.repeat(65_536)), [
		member(`${remote}/${'x'.repeat(65_536)}`, 'ab'),
	]),
};

test('a small file comes in an archive of what was listed', async t => {
	const folder = await temporaryFolder(t);
	const item = {remote, local: join(folder, 'home', 'result')};
	assert.equal((await downloadBundle(instance(honest, [good]), [item], signal)).get(item)?.bytes, 2);
});

for (const [lie, shell] of Object.entries(lies)) {
	test(`of an archive that ${lie} nothing is taken, and no file is made`, async t => {
		const folder = await temporaryFolder(t);
		await mkdir(join(folder, 'home'));
		const item = {remote, local: join(folder, 'home', 'result')};
		assert.equal((await downloadBundle(shell, [item], signal)).size, 0);
		assert.deepEqual(await readdir(folder, {recursive: true}), ['home']);
	});
}
