import type {MachineImage} from '../../source/engine/cloud/cloud.js';

/** How a guest that is not ours lets people in, as cloud-init sets it up. */
export type GuestUser = {
	/** Who gets the key pair. */
	readonly name: string;
	readonly sudo: 'free' | 'password' | 'none';
	/** What happens to root: nobody gets in, or only to be told who to be instead. */
	readonly root: 'refused' | 'told';
};

const image = (id: string, name: string, owner: string): MachineImage => ({
	id,
	name,
	owner,
	state: 'available',
	virtualBytes: 1024 ** 3,
	createdAt: '2026-11-01T00:00:00.000Z',
	tags: {},
});

/** AMIs of others, that every test cloud with real instances has beside its own. */
export const foreignAmis = {
	ubuntu: image(
		'ami-0f0000000000000a1',
		'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261101',
		'099720109477',
	),
	amazon: image('ami-0f0000000000000a2', 'al2023-ami-2023.9.20261101.0-kernel-6.12-x86_64', '137112412989'),
	/** Nothing tells who its user is, but its root. */
	unnamed: image('ami-0f0000000000000a3', 'chemistry-2026', '210987654321'),
	/** Its root tells nothing, and neither does its name. */
	silent: image('ami-0f0000000000000a4', 'chemistry-2027', '210987654321'),
	passwordSudo: image('ami-0f0000000000000a5', 'ubuntu-hardened', '210987654321'),
	noSudo: image('ami-0f0000000000000a6', 'ubuntu-minimal', '210987654321'),
} as const;

const users: Readonly<Record<keyof typeof foreignAmis, GuestUser>> = {
	ubuntu: {name: 'ubuntu', sudo: 'free', root: 'told'},
	amazon: {name: 'ec2-user', sudo: 'free', root: 'refused'},
	unnamed: {name: 'scientist', sudo: 'free', root: 'told'},
	silent: {name: 'fedora', sudo: 'free', root: 'refused'},
	passwordSudo: {name: 'ubuntu', sudo: 'password', root: 'refused'},
	noSudo: {name: 'ubuntu', sudo: 'none', root: 'refused'},
};

/** The login user of an AMI; undefined for one of ours, where it is root. */
export function guestUserOf(imageId: string): GuestUser | undefined {
	const [name] = Object.entries(foreignAmis).find(([, {id}]) => id === imageId) ?? [];
	return name === undefined ? undefined : users[name as keyof typeof foreignAmis];
}
