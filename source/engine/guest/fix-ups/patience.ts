import type {FixUp} from './fix-up.js';

export const patience: FixUp = {
	name: 'patience',
	what: 'Services and devices get five minutes to appear at boot instead of one and a half.',
	why: 'On a crowded host a boot can take minutes; systemd would give up on disks and on sshd that are only late.',
	edits: async ({disk}) =>
		(await disk.stat('/etc/systemd')) === undefined
			? []
			: [
					{
						kind: 'write',
						path: '/etc/systemd/system.conf.d/d2cm.conf',
						content: '[Manager]\nDefaultTimeoutStartSec=300s\nDefaultDeviceTimeoutSec=300s\n',
						mode: 0o644,
					},
				],
};
