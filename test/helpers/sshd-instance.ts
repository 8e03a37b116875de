import {spawn, spawnSync} from 'node:child_process';
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import type {GuestUser} from './guest-users.js';
import {parseUserData} from './parse-user-data.js';
import {writeOnce} from './sshd-cloud-folder.js';
import {bootScript, sshdConfig, startScript} from './sshd-instance-scripts.js';

export type InstanceConfig = {
	readonly address: string;
	readonly port: number;
	readonly publicKey: string;
	readonly userData: string;
	/** As mount's tmpfs takes it: `64m`. */
	readonly diskSize: string;
	readonly bootDelaySeconds?: number;
	readonly withSshd?: boolean;
	/** Left out: one of ours, where root logs in. */
	readonly user?: GuestUser | undefined;
};

/** An ordinary user is root in there, over the users that /etc/subuid gives to them. */
const unshareFlags = process.getuid?.() === 0 ? [] : ['--map-root-user', '--map-auto'];

/** Says at once, and clearly, when this machine does not let us make namespaces. */
export function checkNamespaces(): void {
	const probe = spawnSync('unshare', [...unshareFlags, '-m', '-u', '-p', '-f', 'true'], {encoding: 'utf8'});
	if (probe.status !== 0) {
		throw new Error(
			`Instances of the test cloud need root, or user namespaces and a range in /etc/subuid: ${probe.stderr}`,
		);
	}
}

/** Starts an instance that outlives this process. Does nothing when it was started before. */
export function startInstance(folder: string, config: InstanceConfig): void {
	if (existsSync(join(folder, 'init.pid')) || existsSync(join(folder, 'terminated'))) {
		return;
	}

	if (!existsSync(join(folder, 'given'))) {
		writeFiles(folder, config);
	}

	const output = openSync(join(folder, 'console.log'), 'a', 0o600);
	const starter = spawn('sh', [join(folder, 'given', 'start'), folder], {
		detached: true,
		stdio: ['ignore', output, output],
		env: {PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`},
	});
	starter.once('error', () => undefined); // The instance then stays pending, as one does whose start was lost.
	starter.unref();
	closeSync(output);
}

/** All at once: another process that does the same may have started it already. */
function writeFiles(folder: string, config: InstanceConfig): void {
	mkdirSync(join(folder, 'disk'), {recursive: true, mode: 0o700});
	const given = mkdtempSync(join(folder, 'given-'));
	mkdirSync(join(given, 'ssh'));
	const write = (name: string, content: string) => writeFileSync(join(given, name), content, {mode: 0o600});
	const guest = parseUserData(config.userData);
	for (const [type, {privateKey, publicKey}] of Object.entries(guest.hostKeys)) {
		write(`ssh/ssh_host_${type}_key`, privateKey);
		write(`ssh/ssh_host_${type}_key.pub`, `${publicKey}\n`);
	}

	const {publicKey, user} = config;
	const line = `${publicKey.trim()}\n`;
	if (guest.rootLogin || !user) {
		write('authorized_keys', line);
	} else if (user.root === 'told') {
		// As cloud-init writes it.
		const words = `echo 'Please login as the user \\"${user.name}\\" rather than the user \\"root\\".';echo;sleep 10;exit 142`;
		write('authorized_keys', `no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="${words}" ${line}`);
	}

	if (user) {
		write('authorized_keys_of_user', line);
	}

	if (guest.bootScript) {
		write('bootcmd', guest.bootScript);
	}

	write('ssh/sshd_config', sshdConfig(config.address, config.port));
	write('ssh/ssh_config', config.port === 22 ? '' : `Host *\n\tPort ${config.port}\n`);
	write('unshare.flags', `${unshareFlags.join(' ')}\n`);
	write(
		'facts',
		Object.entries({
			hostName: `ip-${config.address.replaceAll('.', '-')}`,
			port: config.port,
			diskSize: config.diskSize,
			bootDelaySeconds: config.bootDelaySeconds ?? '',
			withSshd: config.withSshd === false ? 'no' : 'yes',
			loginUser: user?.name ?? '',
			sudo: user?.sudo ?? '',
		})
			.map(([name, value]) => `${name}='${value}'\n`)
			.join(''),
	);
	write('start', startScript);
	write('boot', bootScript);
	try {
		renameSync(given, join(folder, 'given'));
	} catch (error) {
		rmSync(given, {recursive: true});
		if (!existsSync(join(folder, 'given'))) {
			throw error;
		}
	}
}

/** The process that keeps the instance, if it lives. */
export function keeperPid(folder: string): number | undefined {
	try {
		const [pid, startTime] = readFileSync(join(folder, 'init.pid'), 'utf8').trim().split(' ');
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ');
		return fields[0] !== 'Z' && fields[19] === startTime ? Number(pid) : undefined;
	} catch {
		return undefined;
	}
}

/** Whether it has not come to life yet, and will. */
export function isComing(folder: string): boolean {
	const keeper = keeperPid(folder);
	const isBorn = keeper === undefined ? existsSync(join(folder, 'init.pid')) : initPid(folder) !== undefined;
	return !isBorn && !existsSync(join(folder, 'terminated'));
}

/** Process 1 of the instance, as this machine numbers it. */
export function initPid(folder: string): number | undefined {
	const keeper = keeperPid(folder);
	try {
		const child = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'utf8').trim().split(' ')[0];
		return child ? Number(child) : undefined;
	} catch {
		return undefined;
	}
}

/** Ends every process of an instance, and lets it never start again. Whether nobody had done that before. */
export function endInstance(folder: string, reason: string): boolean {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const first = writeOnce(join(folder, 'terminated'), JSON.stringify({at: Date.now(), reason}));
	preventBirth(folder);
	killInstance(folder);
	return first;
}

/** One that is on its way but not yet born will not be. */
export function preventBirth(folder: string): void {
	try {
		writeFileSync(join(folder, 'init.pid'), 'never\n', {flag: 'wx'});
	} catch {
		// It was born, or prevented before.
	}
}

/** Pulls the plug: everything in the instance is gone, and nobody has written down why. */
export function killInstance(folder: string): void {
	// The keeper ends by itself when its child has; killed first, it would leave a zombie where process 1 reaps none.
	signal(initPid(folder) ?? keeperPid(folder), 'SIGKILL');
}

/** Stops or continues every process of an instance; the kernel still accepts connections for a stopped sshd. */
export function signalInstance(folder: string, name: 'SIGSTOP' | 'SIGCONT'): void {
	const init = initPid(folder);
	const namespace = namespaceOf(init);
	for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
		if (namespace && namespaceOf(Number(pid)) === namespace) {
			signal(Number(pid), name);
		}
	}
}

function namespaceOf(pid: number | undefined): string | undefined {
	try {
		return readlinkSync(`/proc/${pid}/ns/pid`);
	} catch {
		return undefined;
	}
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
	try {
		if (pid !== undefined) {
			process.kill(pid, name);
		}
	} catch {
		// It has ended meanwhile.
	}
}
