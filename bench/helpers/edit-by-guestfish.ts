import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join, posix} from 'node:path';
import type {GuestEdit} from '../../source/engine/guest/guest-disk.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {openGuest} from '../../source/engine/images/open-guest.js';
import {neededFixUps} from '../../source/engine/migration/fix-guest.js';

/** The edits of a migration, on an overlay of the VDI, by guestfish. */
export async function editByGuestfish(vdi: string, folder: string): Promise<void> {
	const work = join(folder, 'guestfish');
	await mkdir(work);
	const overlay = join(work, 'disk.qcow2');
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', vdi, overlay]);

	const guest = await openGuest(vdi);
	const needed = await neededFixUps(guest.disk, guest.report);
	await guest.close();
	const commands: string[] = [];
	for (const [index, edit] of needed.flatMap(({edits}) => edits).entries()) {
		const content = join(work, `content-${index}`);
		if (edit.kind === 'write') {
			await writeFile(content, edit.content);
		}

		commands.push(...commandsFor(edit, content));
	}

	const mount = `mount /dev/sda${guest.report.root.number} /`;
	await runProgram('guestfish', ['--format=qcow2', '-a', overlay], {
		input: ['run', mount, ...commands, 'umount-all', ''].join('\n'),
		timeoutMs: 300_000,
	});
	await rm(work, {recursive: true});
}

function commandsFor(edit: GuestEdit, content: string): readonly string[] {
	const parent = `mkdir-p ${quote(posix.dirname(edit.path))}`;
	switch (edit.kind) {
		case 'write': {
			const mode = `0${(edit.mode ?? 0o644).toString(8)}`;
			return [parent, `upload ${quote(content)} ${quote(edit.path)}`, `chmod ${mode} ${quote(edit.path)}`];
		}

		case 'save':
			return [`cp-a ${quote(edit.path)} ${quote(edit.as)}`];
		case 'link':
			return [parent, `ln-sf ${quote(edit.target)} ${quote(edit.path)}`];
		case 'folder':
			return [`mkdir-p ${quote(edit.path)}`];
		case 'remove':
			return [`rm-f ${quote(edit.path)}`];
	}
}

const quote = (word: string): string => `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
