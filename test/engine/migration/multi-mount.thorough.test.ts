import assert from 'node:assert/strict';
import {open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../../source/engine/migration/migrate-to-local.js';
import {makeDesktopVdi} from '../../helpers/desktop-vdi.js';
import {toVdi} from '../../helpers/make-vdi.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

// Each program that opens such a file system waits 11 s to see whether another machine has it.

const mib = 1024 * 1024;
const blockBytes = 1024;

test('a file system that is guarded against being mounted twice (mmp) and was switched off is repaired in its copy and migrated', async t => {
	const folder = await temporaryFolder(t);
	const vdi = await makeDesktopVdi(folder, {'etc/late': 'old\n'}, ['-t', 'ext4', '-O', 'mmp,^metadata_csum']);
	const raw = join(folder, 'desktop.raw');
	const root = join(folder, 'root.ext4');
	const cutOut = async () => runProgram('dd', [`if=${raw}`, `of=${root}`, 'bs=1M', 'skip=1', 'count=20']);
	await cutOut();

	// What was written last is in the journal alone.
	const block = Number(/^(\d+)/m.exec((await runProgram('debugfs', ['-R', 'blocks /etc/late', root])).stdout)?.[1]);
	const [content, commands] = [join(folder, 'block'), join(folder, 'commands')];
	await writeFile(content, Buffer.concat([Buffer.from('new\n'), Buffer.alloc(blockBytes - 4)]));
	await writeFile(commands, `jo\njw -b ${block} ${content}\njc\n`);
	await runProgram('debugfs', ['-w', '-f', commands, root]);
	await runProgram('dd', [`if=${root}`, `of=${raw}`, 'bs=1M', 'seek=1', 'conv=notrunc']);

	// A kernel that has it mounted counts in the guard's block; it had no time to write there that it let it go.
	const {stdout} = await runProgram('dumpe2fs', ['-h', root]);
	const guard = Number(/^MMP block number: +(\d+)/m.exec(stdout)?.[1]);
	const sequence = Buffer.alloc(4);
	sequence.writeUInt32LE(0x2f1d);
	await using handle = await open(raw, 'r+');
	await handle.write(sequence, 0, 4, mib + guard * blockBytes + 4);
	await toVdi(raw, vdi);

	const before = (await runProgram('sha256sum', [vdi])).stdout;
	const journal = memoryJournal();
	const {id} = await migrateToLocal({
		migration: {id: 'mig-0123abcd', image: 'worker', file: vdi, cloud: 'local', installation: 'here', createdAt: ''},
		workFolder: join(folder, 'work'),
		localFolder: join(folder, 'local'),
		journal,
		signal: new AbortController().signal,
		clock: systemClock,
	});

	assert.equal((await runProgram('sha256sum', [vdi])).stdout, before);
	assert.ok(
		journal.records.some(record => record.kind === 'event' && record.message.startsWith('Repaired the file system')),
	);
	await runProgram('qemu-img', ['convert', '-O', 'raw', join(folder, 'local/images', id, 'disk.qcow2'), raw]);
	await cutOut();
	const read = async (path: string) => (await runProgram('debugfs', ['-R', `cat ${path}`, root])).stdout;
	assert.equal(await read('/etc/late'), 'new\n');
	assert.match(await read('/usr/local/sbin/d2cm-first-boot'), /^#!/);
	assert.match((await runProgram('dumpe2fs', ['-h', root])).stdout, /^Filesystem features: .*\bmmp\b/m);
	// It fails unless all is in order, and waits for nobody where it writes nothing.
	await runProgram('e2fsck', ['-fn', root]);
});
