import {posix} from 'node:path';
import type {GuestDisk, GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';
import {rewrite} from './rewrite.js';
import {systemUnit} from './system-unit.js';
import {wantedUnits} from './wanted-units.js';

const config = '/etc/ssh/sshd_config';
const dropIns = '/etc/ssh/sshd_config.d';
const units = ['ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket'];

export const sshd: FixUp = {
	name: 'sshd',
	what: 'The SSH server starts at boot, and root may log in by key only.',
	why: 'D2CM reaches an instance by SSH, with the key pair of the deployment.',
	edits: async ({disk}) => [...(await enable(disk)), ...(await allowRoot(disk))],
};

async function enable(disk: GuestDisk): Promise<readonly GuestEdit[]> {
	const edits: GuestEdit[] = [{kind: 'remove', path: '/etc/ssh/sshd_not_to_be_run'}];
	for (const unit of units) {
		if ((await disk.readLink(`/etc/systemd/system/${unit}`)) === '/dev/null') {
			edits.push({kind: 'remove', path: `/etc/systemd/system/${unit}`});
		}
	}

	const wanted = await wantedUnits(disk);
	if (!wanted.some(path => units.includes(posix.basename(path)))) {
		for (const unit of ['ssh.service', 'sshd.service']) {
			const target = await systemUnit(disk, unit);
			if (target) {
				edits.push({kind: 'link', path: `/etc/systemd/system/multi-user.target.wants/${unit}`, target});
				break;
			}
		}
	}

	return edits;
}

/** sshd takes the first value it reads, so ours must come before any other. */
async function allowRoot(disk: GuestDisk): Promise<readonly GuestEdit[]> {
	const text = (await disk.readFile(config))?.toString('latin1');
	if (text === undefined) {
		return [];
	}

	const included = await Promise.all(
		(await disk.list(dropIns)).map(async name => (await disk.readFile(`${dropIns}/${name}`))?.toString('latin1') ?? ''),
	);
	const settings = rootSettings([text, ...included]);
	return includesDropInsFirst(text)
		? [{kind: 'write', path: `${dropIns}/00-d2cm.conf`, content: settings, mode: 0o644}]
		: rewrite(disk, config, original => (original.startsWith(settings) ? original : `${settings}${original}`));
}

/** Whether the drop-ins are read before any setting of the file itself. */
export function includesDropInsFirst(text: string): boolean {
	const first = text.split('\n').find(line => /^\s*[A-Za-z]/.test(line));
	return first !== undefined && /^\s*Include\s+"?\/etc\/ssh\/sshd_config\.d\/\*\.conf"?\s*$/i.test(first);
}

function rootSettings(texts: readonly string[]): string {
	// Several AllowUsers add up; with one of somebody else's, root must be named too.
	const names = (keyword: string) => texts.some(text => new RegExp(`^[ \\t]*${keyword}\\s`, 'im').test(text));
	return [
		'# d2cm: root logs in by key only.',
		'PermitRootLogin prohibit-password',
		'PubkeyAuthentication yes',
		...(names('AllowUsers') ? ['AllowUsers root'] : []),
		...(names('AllowGroups') ? ['AllowGroups root'] : []),
		'',
	].join('\n');
}
