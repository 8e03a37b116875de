import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {projectFolder} from '../../host/project-folder.js';
import type {GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';

const units = ['d2cm-seed.service', 'd2cm-first-boot.service'];

export const firstBoot: FixUp = {
	name: 'cloud-init',
	what: 'A small unit takes key pair, host keys, host name and addresses from the cloud at the first boot.',
	why: 'A desktop has nothing that asks a cloud who it is, and no two instances may be the same machine.',
	async edits({disk}) {
		const edits: GuestEdit[] = [
			{kind: 'write', path: '/usr/local/sbin/d2cm-first-boot', content: await file('d2cm-first-boot'), mode: 0o755},
			{kind: 'write', path: '/etc/udev/rules.d/75-d2cm.rules', content: await file('75-d2cm.rules'), mode: 0o644},
			// Empty, so that every instance makes its own before anything else starts.
			{kind: 'write', path: '/etc/machine-id', content: '', mode: 0o644},
			{kind: 'remove', path: '/var/lib/d2cm/instance-id'},
		];
		for (const unit of units) {
			const path = `/etc/systemd/system/${unit}`;
			edits.push(
				{kind: 'write', path, content: await file(unit), mode: 0o644},
				{kind: 'link', path: `/etc/systemd/system/sysinit.target.wants/${unit}`, target: path},
			);
		}

		const ensure = await file('ssh-ensure.conf');
		for (const unit of ['ssh.service', 'sshd.service']) {
			edits.push({kind: 'write', path: `/etc/systemd/system/${unit}.d/d2cm.conf`, content: ensure, mode: 0o644});
		}

		if ((await disk.stat('/etc/cloud')) !== undefined) {
			edits.push({kind: 'write', path: '/etc/cloud/cloud-init.disabled', content: '', mode: 0o644});
		}

		return edits;
	},
};

async function file(name: string): Promise<string> {
	return readFile(join(projectFolder(), 'source', 'engine', 'guest', 'first-boot', name), 'utf8');
}
