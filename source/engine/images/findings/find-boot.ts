import type {Finding} from '../image-report.js';
import {findLinks} from './find-links.js';
import type {GuestFacts} from './guest-facts.js';

const words = {grub: 'GRUB', extlinux: 'extlinux', 'systemd-boot': 'systemd-boot', none: 'none'} as const;

/** Finds what starts the machine, with which kernel, and whether its messages can be read from outside. */
export async function findBoot(facts: GuestFacts): Promise<readonly Finding[]> {
	return [findLoader(facts), ...(facts.kernels.length > 0 ? [await findConsole(facts), findInitramfs(facts)] : [])];
}

function findLoader({kernels, loader, table, bootMode}: GuestFacts): Finding {
	const subject = 'boot-loader';
	const bootCode = describeBootCode(table.bootCode);
	const started = kernels.find(({summary}) => summary.isDefault)?.summary;
	const data = {
		loader: loader.name,
		file: loader.file,
		bootCode,
		bootMode,
		default: loader.default,
		entries: loader.entries.length,
	};
	if (kernels.length === 0) {
		return {
			subject,
			found: 'There is no kernel in /boot.',
			verdict: 'cannot-run',
			remark:
				'Start the machine and run `sudo apt-get install linux-image-amd64`; a container or a data disk cannot boot.',
			data,
		};
	}

	if (bootCode === 'none' && bootMode === 'legacy-bios') {
		return {
			subject,
			found: 'The disk has no boot code in its first sector.',
			verdict: 'cannot-run',
			remark: 'Start the machine from a rescue disc and install its boot loader: `sudo grub-install /dev/sda`.',
			data,
		};
	}

	if (!started) {
		return {
			subject,
			found: loader.default
				? `The boot loader starts ${loader.default.kernel}, which is not there.`
				: 'No boot loader configuration names a kernel that is there.',
			verdict: 'cannot-run',
			remark: 'Start the machine and write the configuration anew: `sudo update-grub`.',
			data,
		};
	}

	return {
		subject,
		found: `${words[loader.name]} starts Linux ${started.release}${bootMode === 'uefi' ? ' by UEFI' : ''}.`,
		verdict: 'fits',
		data,
	};
}

function describeBootCode(code: Buffer): 'grub' | 'syslinux' | 'other' | 'none' {
	const text = code.toString('latin1');
	if (code.every(byte => byte === 0)) {
		return 'none';
	}

	return text.includes('GRUB') ? 'grub' : /SYSLINUX|EXTLINUX|isolinux/i.test(text) ? 'syslinux' : 'other';
}

async function findConsole({disk, kernels, loader}: GuestFacts): Promise<Finding> {
	const subject = 'serial-console';
	const started = kernels.find(({summary}) => summary.isDefault) ?? kernels[0];
	const onCommandLine = /\bconsole=ttyS0\b/.test(started?.summary.commandLine ?? '');
	const login = await findLinks(disk, ['/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service']);
	const data = {kernel: onCommandLine, login: login.length > 0};
	if (!onCommandLine && loader.name === 'extlinux') {
		return {
			subject,
			found: 'The kernel writes nothing to the serial console, so a boot cannot be watched.',
			verdict: 'fits',
			data,
		};
	}

	return onCommandLine
		? {subject, found: 'The kernel writes to the serial console.', verdict: 'fits', data}
		: {
				subject,
				found: 'The kernel writes nothing to the serial console, the only screen a cloud machine has.',
				verdict: 'will-be-fixed',
				remark: '`console=ttyS0,115200n8` will be added to the kernel command line.',
				data,
			};
}

function findInitramfs({kernels}: GuestFacts): Finding {
	const subject = 'initramfs';
	const kernel = kernels.find(({summary}) => summary.isDefault) ?? kernels[0];
	const drivers = kernel?.summary.drivers ?? {virtio: 'unknown', nvme: 'unknown', ena: 'unknown', xen: 'unknown'};
	const of = (state: boolean | 'unknown') =>
		Object.entries(drivers).flatMap(([name, has]) => (has === state ? [name] : []));
	const data = {
		release: kernel?.summary.release,
		drivers,
		source: kernel?.drivers.source,
		initramfs: kernel?.drivers.initramfs,
	};
	if (drivers.virtio === false) {
		return {
			subject,
			found: `Linux ${kernel?.summary.release} starts without the virtio drivers, so it would not find its disk.`,
			verdict: 'cannot-run',
			remark:
				'Start the machine, set MODULES=most in /etc/initramfs-tools/initramfs.conf and run `sudo update-initramfs -u`.',
			data,
		};
	}

	const missing = [...of(false), ...of('unknown').map(name => `${name} (not known)`)];
	const has = of(true).length > 0 ? of(true).join(', ') : 'none we know of';
	return {
		subject,
		found: `Drivers at hand when Linux ${kernel?.summary.release} starts: ${has}${missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''}.`,
		verdict: 'fits',
		data,
	};
}
