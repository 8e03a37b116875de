import type {GuestDisk, GuestEdit} from '../guest-disk.js';

/** Those of the edits that would change something. None left: the guest is as it should be. */
export async function neededEdits(disk: GuestDisk, edits: readonly GuestEdit[]): Promise<readonly GuestEdit[]> {
	const needed: GuestEdit[] = [];
	for (const edit of edits) {
		if (!(await holds(disk, edit))) {
			needed.push(edit);
		}
	}

	return needed;
}

async function holds(disk: GuestDisk, edit: GuestEdit): Promise<boolean> {
	const stat = await disk.stat(edit.path);
	switch (edit.kind) {
		case 'write': {
			const content = Buffer.from(edit.content);
			const sameMode = edit.mode === undefined || stat?.mode === edit.mode;
			return (
				stat?.kind === 'file' &&
				sameMode &&
				stat.size === content.length &&
				((await disk.readFile(edit.path, stat.size)) ?? Buffer.alloc(0)).equals(content)
			);
		}

		case 'save':
			return stat === undefined || (await disk.stat(edit.as)) !== undefined;
		case 'link':
			return (await disk.readLink(edit.path)) === edit.target;
		case 'folder':
			return stat?.kind === 'folder' && (edit.mode === undefined || stat.mode === edit.mode);
		case 'remove':
			return stat === undefined && (await disk.readLink(edit.path)) === undefined;
	}
}
