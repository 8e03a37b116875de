import type {Accelerator} from './accelerator.js';

/** What keeps a cold guest busy for long and serves an instance of a few hours nothing. */
const needlessUnits = ['e2scrub_reap.service', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'man-db.timer'];

/** Each costs an emulated processor a second or more of a boot, and no experiment on a TCG instance misses it. */
const costlyUnits = [
	'dev-hugepages.mount',
	'dev-mqueue.mount',
	'sys-kernel-debug.mount',
	'sys-kernel-tracing.mount',
	'sys-kernel-config.mount',
	'sys-fs-fuse-connections.mount',
	'modprobe@configfs.service',
	'modprobe@dm_mod.service',
	'modprobe@drm.service',
	'modprobe@efi_pstore.service',
	'modprobe@fuse.service',
	'modprobe@loop.service',
	'systemd-update-utmp.service',
	'systemd-update-utmp-runlevel.service',
	'systemd-pstore.service',
	'systemd-binfmt.service',
	'getty@tty1.service',
];

/** Drivers of devices that are not there, or that nobody uses; they are loaded again when asked for by name. */
const costlyModules = [
	...['ata_piix', 'ata_generic', 'sg', 'psmouse', 'pcspkr', 'serio_raw', 'evdev', 'button', 'i2c_piix4'],
	...['kvm_amd', 'kvm', 'powernow_k8', 'acpi_cpufreq'],
];

/** The overlay is clean, the guest is alone on its processor, and nobody else's secrets are in its memory. */
const costlyHabits = [
	'fsck.mode=skip',
	'init_on_alloc=0',
	'rcupdate.rcu_expedited=1',
	'tsc=reliable',
	'audit=0',
	'nowatchdog',
	'cryptomgr.notests',
	'systemd.getty_auto=0',
];

/** Several emulated guests at once on few cores are slow, not stuck. */
const patience = ['systemd.default_timeout_start_sec=900', 'systemd.service_watchdogs=0'];

/**
The command line for a kernel that is started directly: the guest's own, with the serial console as the last one, and
without what only slows down a throw-away instance.
*/
export function kernelCommandLine(fromGuest: string, accelerator: Accelerator): string {
	const kept = fromGuest
		.split(/\s+/)
		.filter(word => word !== '' && word !== 'splash' && word !== 'quiet' && !word.startsWith('console='));
	const units = accelerator === 'tcg' ? [...needlessUnits, ...costlyUnits] : needlessUnits;
	const emulated =
		accelerator === 'tcg' ? [...costlyHabits, ...patience, `modprobe.blacklist=${costlyModules.join(',')}`] : [];
	return [
		...kept,
		...['quiet', 'mitigations=off', 'console=ttyS0'],
		...emulated,
		...units.map(unit => `systemd.mask=${unit}`),
	].join(' ');
}
