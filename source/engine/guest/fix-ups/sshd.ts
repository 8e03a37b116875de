import {posix} from 'node:path';
import type {GuestDisk, GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';
import {rewrite} from './rewrite.js';
import {systemUnit} from './system-unit.js';
import {wantedUnits} from './wanted-units.js';

/** The first that is there is read; the second is where some distributors put theirs. */
const configs = ['/etc/ssh/sshd_config', '/usr/etc/ssh/sshd_config'];
const dropIns = '/etc/ssh/sshd_config.d';
/** Names of our drop-in, of which the first is taken that comes before all others there. */
const ours = ['00-d2cm.conf', '0000-d2cm.conf', '00000000-d2cm.conf'];
const ownConfig = '/etc/ssh/d2cm.conf';
const units = ['ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket'];

export const sshd: FixUp = {
	name: 'sshd',
	what: 'The SSH server starts at boot, and everybody logs in by key only, root too.',
	why: 'D2CM reaches an instance by SSH, with the key pair of the deployment. The passwords of a desktop were not chosen to be tried by others.',
	edits: async ({disk}) => [...(await enable(disk)), ...(await letInByKey(disk))],
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

/**
sshd takes the first value it reads, and of the `Match` blocks that fit, whose values go before all others, the first one's too. So ours come
first of both.
*/
async function letInByKey(disk: GuestDisk): Promise<readonly GuestEdit[]> {
	for (const config of configs) {
		const text = (await disk.readFile(config))?.toString('latin1');
		if (text !== undefined) {
			return settingsFirst(disk, config, text);
		}
	}

	return [];
}

async function settingsFirst(disk: GuestDisk, config: string, text: string): Promise<readonly GuestEdit[]> {
	const names = (await disk.list(dropIns)).filter(name => name.endsWith('.conf') && !ours.includes(name));
	const included = await Promise.all(
		names.map(async name => (await disk.readFile(`${dropIns}/${name}`))?.toString('latin1') ?? ''),
	);
	const {all, inMatch} = keySettings([text, ...included]);
	const whole = [...all, 'Match all', ...inMatch.map(line => `\t${line}`), ''].join('\n');
	const first = ours.find(name => names.every(other => name < other));
	if (includesDropInsFirst(text) && first !== undefined) {
		return [{kind: 'write', path: `${dropIns}/${first}`, content: whole, mode: 0o644}];
	}

	if (/^[ \t]*Include[ \t=]/im.test(text)) {
		const line = `Include ${ownConfig}\n`;
		return [
			{kind: 'write', path: ownConfig, content: whole, mode: 0o644},
			...(await rewrite(disk, config, original => (original.startsWith(line) ? original : `${line}${original}`))),
		];
	}

	// An sshd that may know no Include: a block of ours would take in all that follows it, so each block begins with ours instead.
	return rewrite(disk, config, original => {
		const settings = `${all.join('\n')}\n`;
		const rest = original.startsWith(settings) ? original.slice(settings.length) : original;
		const block = inMatch.map(line => `\t${line}\n`).join('');
		return `${settings}${rest.replaceAll(/^([ \t]*Match[ \t=].*\n)(?!\tPermitRootLogin prohibit-password\n)/gim, `$1${block}`)}`;
	});
}

/** Whether the drop-ins are read before any setting of the file itself. */
export function includesDropInsFirst(text: string): boolean {
	const first = text.split('\n').find(line => /^\s*[A-Za-z]/.test(line));
	return first !== undefined && /^\s*Include\s+"?\/etc\/ssh\/sshd_config\.d\/\*\.conf"?\s*$/i.test(first);
}

/** What sshd is told for everybody, and what of it a `Match` block may say too. */
function keySettings(texts: readonly string[]): Record<'all' | 'inMatch', readonly string[]> {
	const names = (keyword: string) => texts.some(text => new RegExp(`^[ \\t]*${keyword}[ \\t=]`, 'im').test(text));
	const inMatch = [
		'PermitRootLogin prohibit-password',
		'PubkeyAuthentication yes',
		'PasswordAuthentication no',
		'KbdInteractiveAuthentication no',
		// Where more than a key was asked for, D2CM could not get in, and what cannot be satisfied keeps sshd from starting.
		...(names('AuthenticationMethods') ? ['AuthenticationMethods publickey'] : []),
	];
	const all = [
		'# d2cm: by key only.',
		...inMatch,
		// The name that sshd before 8.7 knew for it outside of blocks.
		'ChallengeResponseAuthentication no',
		// Several AllowUsers add up; with one of somebody else's, root must be named too.
		...(names('AllowUsers') ? ['AllowUsers root'] : []),
		...(names('AllowGroups') ? ['AllowGroups root'] : []),
	];
	return {all, inMatch};
}
