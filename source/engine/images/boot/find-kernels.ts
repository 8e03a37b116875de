import type {GuestDisk} from '../../guest/guest-disk.js';
import type {KernelSummary} from '../image-report.js';
import type {BootLoader} from './find-boot-loader.js';
import {type DriverReport, findDrivers} from './find-drivers.js';
import type {BootEntry} from './parse-grub-cfg.js';

export type Kernel = {readonly summary: KernelSummary; readonly drivers: DriverReport};

const mostKernels = 16;

/** Finds the kernels in `/boot`, newest first, and which of them the boot loader starts. */
export async function findKernels(disk: GuestDisk, loader: BootLoader, budgetMs: number): Promise<readonly Kernel[]> {
	const names = await disk.list('/boot');
	const releases = names
		.flatMap(name => /^(?:vmlinuz|vmlinux|kernel)-(.+)$/.exec(name)?.[1] ?? [])
		.filter(release => !release.endsWith('.old'))
		.toSorted((a, b) => b.localeCompare(a, 'en', {numeric: true}))
		.slice(0, mostKernels);
	const started = loader.default && (await releaseOf(disk, loader.default.kernel));
	const standard = started !== undefined && releases.includes(started) ? started : undefined;

	const kernels: Kernel[] = [];
	for (const release of releases) {
		const isDefault = release === standard;
		const entry = isDefault ? loader.default : await findEntry(disk, loader, release);
		const initramfs = [`initrd.img-${release}`, `initramfs-${release}.img`, `initrd-${release}`].find(name =>
			names.includes(name),
		);
		const initramfsPath = initramfs && `/boot/${initramfs}`;
		const kernel = ['vmlinuz', 'vmlinux', 'kernel'].find(prefix => names.includes(`${prefix}-${release}`));
		const drivers = await findDrivers(disk, {
			release,
			initramfs: initramfsPath,
			budgetMs: isDefault || releases.length === 1 ? budgetMs : 0,
		});
		kernels.push({
			drivers,
			summary: {
				release,
				kernel: `/boot/${kernel}-${release}`,
				initramfs: initramfsPath,
				isDefault,
				commandLine: entry?.commandLine,
				drivers: drivers.drivers,
			},
		});
	}

	return kernels;
}

async function findEntry(disk: GuestDisk, loader: BootLoader, release: string): Promise<BootEntry | undefined> {
	for (const entry of loader.entries.slice(0, 64)) {
		if ((await releaseOf(disk, entry.kernel)) === release) {
			return entry;
		}
	}

	return undefined;
}

/** `6.1.0-37-amd64`, also from `/vmlinuz`, the link some configurations name. */
async function releaseOf(disk: GuestDisk, kernel: string): Promise<string | undefined> {
	const target = (await disk.readLink(kernel)) ?? (await disk.readLink(`/boot${kernel}`)) ?? kernel;
	return /(?:vmlinuz|vmlinux|kernel)-([^/]+)$/.exec(target)?.[1];
}
