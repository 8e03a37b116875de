import assert from 'node:assert/strict';
import {mkdir, open, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {readLocalImage} from '../../../source/engine/cloud/local/local-image.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {checkExt} from '../../../source/engine/guest/edit/check-ext.js';
import {openExt} from '../../../source/engine/guest/ext/open-ext.js';
import {allFixUps} from '../../../source/engine/guest/fix-ups/all-fix-ups.js';
import type {GuestDisk} from '../../../source/engine/guest/guest-disk.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {inspectImage} from '../../../source/engine/images/inspect-image.js';
import type {Journal} from '../../../source/engine/jobs/journal.js';
import {neededFixUps} from '../../../source/engine/migration/fix-guest.js';
import {ImageCannotRunError} from '../../../source/engine/migration/image-cannot-run-error.js';
import {migrateToLocal} from '../../../source/engine/migration/migrate-to-local.js';
import {openPlainFile} from '../../../source/engine/migration/plain-file/open-plain-file.js';
import {exportsOf} from '../../../source/engine/migration/plain-file/stop-exports.js';
import {VdiInUseError} from '../../../source/engine/migration/vdi-in-use-error.js';
import {desktopRootUuid, makeDesktopVdi} from '../../helpers/desktop-vdi.js';
import type {FakeFiles} from '../../helpers/fake-debian.js';
import {toVdi} from '../../helpers/make-vdi.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {needsFuse} from '../../helpers/needs.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

type Place = {readonly folder: string; readonly vdi: string; readonly localFolder: string; readonly workFolder: string};

async function desktop(t: TestContext, changes: FakeFiles = {}): Promise<Place> {
	// A blank and a comma in the path, as people have them, and what means options to the tools of ext file systems.
	const above = await temporaryFolder(t);
	const folder = join(above, 'my, disks');
	await mkdir(folder);
	return {
		folder,
		vdi: await makeDesktopVdi(folder, changes),
		localFolder: join(above, 'which?offset=1', 'local'),
		workFolder: join(above, 'which?offset=1', 'migrations', 'mig-0123abcd'),
	};
}

const migrate = async (
	{vdi, localFolder, workFolder}: Place,
	{journal = memoryJournal(), signal = new AbortController().signal}: {journal?: Journal; signal?: AbortSignal} = {},
) =>
	migrateToLocal({
		migration: {id: 'mig-0123abcd', image: 'worker', file: vdi, cloud: 'local', installation: 'here', createdAt: ''},
		workFolder,
		localFolder,
		journal,
		signal,
		clock: systemClock,
	});

const sha256 = async (file: string) => (await runProgram('sha256sum', [file])).stdout.slice(0, 64);

async function assertNothingLeft({localFolder, workFolder}: Place): Promise<void> {
	assert.deepEqual(await readdir(workFolder).catch(() => []), []);
	assert.deepEqual(await readdir(join(localFolder, 'images')).catch(() => []), []);
	assert.deepEqual(await exportsOf(workFolder), []);
	assert.equal((await readFile('/proc/self/mountinfo', 'utf8')).includes('mig-0123abcd'), false);
}

/** Reads the root file system of an AMI's disk. */
async function readAmi<Result>(
	place: Place,
	disk: string,
	work: (disk: GuestDisk) => Promise<Result>,
): Promise<Result> {
	const raw = join(place.folder, 'ami.raw');
	await runProgram('qemu-img', ['convert', '-O', 'raw', disk, raw]);
	const source = await openPlainFile(raw);
	try {
		return await work(await openExt(source, 1024 * 1024));
	} finally {
		await source.close();
	}
}

test('a desktop becomes an AMI, every change is reported, and not one byte of the VDI is another', async t => {
	const place = await desktop(t);
	const before = await sha256(place.vdi);
	const journal = memoryJournal();

	const image = await migrate(place, {journal});

	assert.equal(await sha256(place.vdi), before);
	assert.deepEqual(await readLocalImage(place.localFolder, 'ami-0123abcd'), image);
	assert.equal(image.vdi.file, place.vdi);
	assert.equal(image.boot?.commandLine, `root=UUID=${desktopRootUuid} ro quiet console=tty0 console=ttyS0,115200n8`);
	const ami = join(place.localFolder, 'images', image.id);
	assert.deepEqual(await readdir(ami), ['disk.qcow2', 'image.json', 'initrd.img', 'vmlinuz']);
	assert.equal((await readFile(join(ami, 'vmlinuz'))).length, 70_000);
	const events = journal.records.flatMap(record => (record.kind === 'event' ? record.message : []));
	for (const {name} of allFixUps) {
		assert.equal(events.filter(message => message.startsWith(`Fixed ${name}: `)).length, 1, name);
	}

	assert.deepEqual(await readdir(place.workFolder), []);
	assert.deepEqual(await exportsOf(place.workFolder), []);

	await readAmi(place, join(ami, 'disk.qcow2'), async disk => {
		const text = async (path: string) => String(await disk.readFile(path));
		assert.match(await text('/etc/fstab'), new RegExp(`^UUID=${desktopRootUuid}\t/\text4`, 'm'));
		assert.match(await text('/etc/fstab.d2c.save'), /^\/dev\/sda1 /m);
		assert.equal(await disk.stat('/etc/udev/rules.d/70-persistent-net.rules'), undefined);
		assert.match(await text('/etc/ssh/sshd_config.d/00-d2cm.conf'), /^PermitRootLogin prohibit-password$/m);
		assert.match(await text('/boot/grub/grub.cfg'), /quiet console=tty0 console=ttyS0,115200n8$/m);
		assert.equal(await disk.readLink('/etc/systemd/system/e2scrub_reap.service'), '/dev/null');
		assert.equal((await disk.stat('/usr/local/sbin/d2cm-first-boot'))?.mode, 0o755);
		assert.equal(await text('/etc/machine-id'), '');
	});
	await mustBeClean(place);
});

/** Of what `readAmi` has read. */
async function mustBeClean({folder}: Place): Promise<void> {
	const root = join(folder, 'root.ext4');
	await runProgram('dd', [`if=${join(folder, 'ami.raw')}`, `of=${root}`, 'bs=1M', 'skip=1', 'count=20']);
	assert.equal(await checkExt({file: root, scratch: folder}), 'clean');
}

/** As VirtualBox leaves a machine that is switched off: what was written last is in the journal alone. */
async function switchOff({folder, vdi}: Place): Promise<void> {
	const raw = join(folder, 'desktop.raw');
	const debugfs = async (...commands: readonly string[]) => {
		const script = join(folder, 'commands');
		await writeFile(script, `${commands.join('\n')}\n`);
		return (await runProgram('debugfs', ['-w', '-f', script, `${raw}?offset=${1024 * 1024}`])).stdout;
	};
	const block = /^(\d+)/m.exec(await debugfs('blocks /etc/late'))?.[1];
	const content = join(folder, 'block');
	await writeFile(content, Buffer.concat([Buffer.from('new\n'), Buffer.alloc(1020)]));
	await debugfs('jo', `jw -b ${block} "${content}"`, 'jc');
	await toVdi(raw, vdi);
}

for (const way of ['by FUSE', 'by a copy'] as const) {
	test(
		`a desktop that was switched off, not shut down, is repaired in its copy and becomes an AMI (${way})`,
		way === 'by FUSE' ? needsFuse : {},
		async t => {
			const place = await desktop(t, {'etc/late': 'old\n'});
			await switchOff(place);
			const before = await sha256(place.vdi);
			if (way === 'by a copy') {
				// As where FUSE is not allowed.
				const path = process.env.PATH;
				await writeFile(join(place.folder, 'qemu-storage-daemon'), '#!/bin/sh\nexit 1\n', {mode: 0o755});
				process.env.PATH = `${place.folder}:${path}`;
				t.after(() => {
					process.env.PATH = path;
				});
			}

			const journal = memoryJournal();
			const {id} = await migrate(place, {journal});
			assert.equal(await sha256(place.vdi), before);
			await readAmi(place, join(place.localFolder, 'images', id, 'disk.qcow2'), async disk => {
				assert.equal(String(await disk.readFile('/etc/late')), 'new\n');
				assert.ok(await disk.stat('/usr/local/sbin/d2cm-first-boot'));
			});
			await mustBeClean(place);
			const events = journal.records.flatMap(record => (record.kind === 'event' ? record.message : []));
			assert.ok(events.some(event => event.startsWith('Repaired the file system of the copy')));
		},
	);
}

test('what was migrated needs no change any more', async t => {
	const place = await desktop(t);
	const {id} = await migrate(place);

	const report = await inspectImage(place.vdi);
	const disk = join(place.localFolder, 'images', id, 'disk.qcow2');
	assert.deepEqual(await readAmi(place, disk, async guest => neededFixUps(guest, report)), []);
});

test('a file with a name that no edit can hold is left as it is, and said', async t => {
	const odd = 'etc/netplan/x"\nrm.yaml';
	const place = await desktop(t, {[odd]: 'network:\n  ethernets:\n    enp0s3:\n      dhcp4: true\n'});
	const journal = memoryJournal();
	const {id} = await migrate(place, {journal});

	const events = journal.records.flatMap(record => (record.kind === 'event' ? record.message : []));
	assert.ok(events.some(event => event.includes(String.raw`Left "/etc/netplan/x\"\nrm.yaml" as it is`)));
	await readAmi(place, join(place.localFolder, 'images', id, 'disk.qcow2'), async disk => {
		assert.ok(await disk.stat(`/${odd}`));
		assert.ok(await disk.stat('/usr/local/sbin/d2cm-first-boot'));
	});
});

test('a finished migration is not made twice', async t => {
	const place = await desktop(t);
	const image = await migrate(place);
	const journal = memoryJournal();

	assert.deepEqual(await migrate(place, {journal}), image);
	assert.deepEqual(journal.records, []);
});

test('cancelling before the AMI is there leaves nothing', async t => {
	const place = await desktop(t);
	for (const step of ['create-overlay', 'fix-up', 'publish']) {
		const controller = new AbortController();
		const journal = memoryJournal([], {
			async afterAppend(_, entry) {
				if (entry.kind === 'step' && entry.step === step && entry.mark === 'started') {
					controller.abort(new CancelledError('The migration'));
				}
			},
		});

		await assert.rejects(migrate(place, {journal, signal: controller.signal}), CancelledError, step);

		await assertNothingLeft(place);
	}
});

test('a VDI that is open for writing elsewhere is refused, and who has it is said', async t => {
	const place = await desktop(t);
	await using handle = await open(place.vdi, 'r+');
	await assert.rejects(migrate(place), (error: Error) => {
		assert.ok(error instanceof VdiInUseError);
		assert.match(error.message, new RegExp(`process ${process.pid}`));
		return handle.fd > 0;
	});
	await assertNothingLeft(place);
});

test('a VDI that changes while it is migrated is refused', async t => {
	const place = await desktop(t);
	const journal = memoryJournal([], {
		async afterAppend(_, entry) {
			if (entry.kind === 'step' && entry.step === 'take-kernel' && entry.mark === 'started') {
				await runProgram('touch', [place.vdi]);
			}
		},
	});
	await assert.rejects(migrate(place, {journal}), VdiInUseError);
	await assertNothingLeft(place);
});

test('an image that cannot run is refused with the reasons', async t => {
	const place = await desktop(t, {'usr/sbin/sshd': undefined, 'usr/lib/systemd/system/ssh.service': undefined});
	const report = await inspectImage(place.vdi);
	assert.equal(report.verdict, 'cannot-run');

	await assert.rejects(migrate(place), (error: Error) => {
		assert.ok(error instanceof ImageCannotRunError);
		assert.ok(error.findings.length > 0);
		assert.notEqual(error.hint, '');
		return true;
	});
	await assertNothingLeft(place);
});
