import type {GuestDisk} from '../../guest/guest-disk.js';
import type {Finding} from '../image-report.js';
import {readText} from '../read-text.js';
import {findLinks} from './find-links.js';
import type {GuestFacts} from './guest-facts.js';

const units = '/etc/systemd/system';

/** Finds whether one can log in over SSH, and whether as root by a key. */
export async function findSsh({disk}: GuestFacts): Promise<readonly Finding[]> {
	const server = (await findLinks(disk, ['/usr/sbin/sshd', '/sbin/sshd', '/usr/local/sbin/sshd']))[0];
	if (server === undefined) {
		const hasDropbear = (await disk.stat('/usr/sbin/dropbear')) !== undefined;
		return [
			{
				subject: 'sshd',
				found: hasDropbear ? 'There is dropbear, but no OpenSSH server.' : 'There is no SSH server.',
				verdict: 'cannot-run',
				remark: 'D2CM reaches its machines by SSH: start the machine and run `sudo apt-get install openssh-server`.',
				data: {present: false},
			},
		];
	}

	return [await findService(disk), await findRootLogin(disk)];
}

async function findService(disk: GuestDisk): Promise<Finding> {
	const enabledBy = await findLinks(disk, [
		`${units}/multi-user.target.wants/ssh.service`,
		`${units}/multi-user.target.wants/sshd.service`,
		`${units}/sockets.target.wants/ssh.socket`,
		`${units}/sockets.target.wants/sshd.socket`,
		`${units}/ssh.service.requires/ssh.socket`,
	]);
	const bySysV = (await disk.list('/etc/rc2.d'))
		.filter(name => /^S\d\dsshd?$/.test(name))
		.map(name => `/etc/rc2.d/${name}`);
	const hasSystemd = (await findLinks(disk, ['/lib/systemd/systemd', '/usr/lib/systemd/systemd'])).length > 0;
	const masked: string[] = [];
	for (const name of ['ssh.service', 'sshd.service']) {
		if ((await disk.readLink(`${units}/${name}`)) === '/dev/null') {
			masked.push(name);
		}
	}

	const starts = hasSystemd ? enabledBy : bySysV;
	const notToRun = (await disk.stat('/etc/ssh/sshd_not_to_be_run')) !== undefined;
	const isEnabled = starts.length > 0 && masked.length === 0 && !notToRun;
	const data = {present: true, enabled: isEnabled, enabledBy: starts, masked};
	return isEnabled
		? {subject: 'sshd', found: 'The SSH server starts at boot.', verdict: 'fits', data}
		: {
				subject: 'sshd',
				found: `The SSH server is installed but ${masked.length > 0 ? 'masked' : 'not started at boot'}.`,
				verdict: 'will-be-fixed',
				remark: 'It will be enabled.',
				data,
			};
}

async function findRootLogin(disk: GuestDisk): Promise<Finding> {
	const settings = await readSshdSettings(disk);
	const permit = settings.get('permitrootlogin') ?? 'prohibit-password';
	const publicKeys = settings.get('pubkeyauthentication') ?? 'yes';
	const names = (key: string) => settings.get(key)?.split(/\s+/) ?? [];
	const denied = ['denyusers', 'denygroups'].filter(key => names(key).includes('root'));
	const others = ['allowusers', 'allowgroups'].filter(
		key => settings.has(key) && !names(key).some(name => name === 'root' || name === '*'),
	);
	const data = {permitRootLogin: permit, publicKeys, denied, others};
	if (denied.length > 0) {
		return {
			subject: 'root-login',
			found: `The SSH server is told to keep root out (${denied.join(', ')}).`,
			verdict: 'cannot-run',
			remark: 'D2CM logs in as root: start the machine and take root out of that line of /etc/ssh/sshd_config.',
			data,
		};
	}

	const byKeyOnly = permit === 'prohibit-password' || permit === 'without-password';
	if (byKeyOnly && publicKeys === 'yes' && others.length === 0) {
		return {subject: 'root-login', found: 'Root may log in by key only.', verdict: 'fits', data};
	}

	const found =
		others.length > 0
			? 'The SSH server is told to let only other users in.'
			: publicKeys !== 'yes'
				? 'The SSH server accepts no keys.'
				: permit === 'yes'
					? 'Root may log in over SSH with a password.'
					: `Root may not log in over SSH (PermitRootLogin ${permit}).`;
	return {
		subject: 'root-login',
		found,
		verdict: 'will-be-fixed',
		remark: 'Root will be let in by key only; no password will do.',
		data,
	};
}

/** More than any configuration names; files that include each other would be read without end. */
const mostSshdFiles = 128;

/** The effective global settings: of each keyword, the first value counts, and `Include` is read where it stands. */
async function readSshdSettings(disk: GuestDisk): Promise<ReadonlyMap<string, string>> {
	const settings = new Map<string, string>();
	let files = 0;
	const read = async (file: string, depth: number): Promise<void> => {
		if (++files > mostSshdFiles) {
			return;
		}

		for (const line of ((await readText(disk, file)) ?? '').split('\n')) {
			const [, keyword = '', value = ''] = /^([A-Za-z]\w*)(?:\s*=\s*|\s+)([^\s=].*)?$/s.exec(line.trim()) ?? [];
			const key = keyword.toLowerCase();
			if (key === 'match') {
				return; // What follows is for some users or addresses only.
			}

			if (key === 'include' && depth < 4 && files < mostSshdFiles) {
				for (const included of await expandInclude(disk, value)) {
					await read(included, depth + 1);
				}
			} else if (key !== '' && !settings.has(key)) {
				settings.set(key, value.replaceAll('"', ''));
			}
		}
	};

	await read('/etc/ssh/sshd_config', 0);
	return settings;
}

async function expandInclude(disk: GuestDisk, value: string): Promise<readonly string[]> {
	const files: string[] = [];
	for (const word of value.split(/\s+/).filter(Boolean)) {
		const path = word.startsWith('/') ? word : `/etc/ssh/${word}`;
		const slash = path.lastIndexOf('/');
		const [folder, pattern] = [path.slice(0, slash), path.slice(slash + 1)];
		const [start = '', end] = pattern.split('*');
		const names = end === undefined ? [pattern] : await disk.list(folder);
		const chosen = names.filter(
			name => end === undefined || (name.startsWith(start) && name.endsWith(end) && !name.startsWith('.')),
		);
		files.push(
			...chosen
				.toSorted()
				.slice(0, 64)
				.map(name => `${folder}/${name}`),
		);
	}

	return files;
}
