import type {GuestDisk} from '../guest/guest-disk.js';
import type {ImageReport} from './image-report.js';
import {readText} from './read-text.js';

const noLogin = /(?:nologin|false|sync|shutdown|halt)$/;

/** People who can log in: root, and whoever has a shell and a person's number. */
export async function readUsers(disk: GuestDisk): Promise<ImageReport['users']> {
	const text = (await readText(disk, '/etc/passwd')) ?? '';
	return text.split('\n').flatMap(line => {
		const [name = '', , id = '', , , home = '', shell = ''] = line.split(':');
		const uid = Number(id);
		const isPerson = /^\d+$/.test(id) && (uid === 0 || (uid >= 1000 && uid < 65_534));
		return name !== '' && isPerson && !noLogin.test(shell) ? [{name, uid, home, shell: shell || '/bin/sh'}] : [];
	});
}
