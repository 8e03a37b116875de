import type {GuestDisk} from '../../guest/guest-disk.js';
import type {KernelSummary} from '../image-report.js';
import {readText} from '../read-text.js';
import {type InitramfsOutcome, initramfsNames} from './initramfs-names.js';

type Driver = keyof KernelSummary['drivers'];

/** The modules without which the root disk, or for ena the network, is not found. */
const modules: Readonly<Record<Driver, readonly string[]>> = {
	virtio: ['virtio_blk', 'virtio_pci'],
	nvme: ['nvme'],
	ena: ['ena'],
	xen: ['xen_blkfront'],
};
const drivers = Object.keys(modules) as Driver[];

export type DriverReport = {
	readonly drivers: KernelSummary['drivers'];
	/** What the answer rests on. */
	readonly source: 'initramfs' | 'configuration';
	/** How far the initramfs was read; undefined when it was not tried. */
	readonly initramfs: InitramfsOutcome | undefined;
};

type Options = {
	readonly release: string;
	readonly initramfs: string | undefined;
	/** How long the initramfs may be read; 0 asks the configuration at once. */
	readonly budgetMs: number;
};

/**
Tells whether a kernel finds its disk and network on other hardware. Built-in drivers come from `modules.builtin`, the
others from the names in the initramfs; when that takes too long, or is compressed by what we cannot read, from the
configuration that made it.
*/
export async function findDrivers(disk: GuestDisk, {release, initramfs, budgetMs}: Options): Promise<DriverReport> {
	const folder = `/lib/modules/${release}`;
	const builtIn = moduleNames(await readText(disk, `${folder}/modules.builtin`));
	const installed = moduleNames(await readText(disk, `${folder}/modules.dep`, {mostBytes: 4 * 1024 * 1024}));
	const found = new Set(builtIn);
	// The network's driver may as well be loaded once the root file system is there.
	for (const name of modules.ena) {
		if (installed.has(name)) {
			found.add(name);
		}
	}

	const hasAll = (names: readonly string[]) => names.every(name => found.has(name));
	const isEverythingFound = () => drivers.every(driver => hasAll(modules[driver]));
	const tally = (missing: false | 'unknown'): KernelSummary['drivers'] => ({
		virtio: hasAll(modules.virtio) || missing,
		nvme: hasAll(modules.nvme) || missing,
		ena: hasAll(modules.ena) || (installed.size > 0 ? false : missing),
		xen: hasAll(modules.xen) || missing,
	});
	if (isEverythingFound()) {
		return {drivers: tally(false), source: 'configuration', initramfs: undefined};
	}

	let outcome: InitramfsOutcome | undefined;
	if (initramfs !== undefined && budgetMs > 0) {
		outcome = await initramfsNames(disk.readChunks(initramfs), {
			budgetMs,
			onName(name) {
				const module = moduleName(name);
				if (module !== undefined) {
					found.add(module);
				}

				return module !== undefined && isEverythingFound();
			},
		});
		if (outcome === 'complete' || outcome === 'enough') {
			return {drivers: tally(false), source: 'initramfs', initramfs: outcome};
		}
	}

	if (await putsMostModulesIn(disk)) {
		for (const name of installed) {
			found.add(name);
		}

		return {drivers: tally(installed.size > 0 ? false : 'unknown'), source: 'configuration', initramfs: outcome};
	}

	return {drivers: tally('unknown'), source: 'configuration', initramfs: outcome};
}

/** Whether initramfs-tools is told to put in what any machine may need. */
async function putsMostModulesIn(disk: GuestDisk): Promise<boolean> {
	const folder = '/etc/initramfs-tools';
	const extra = (await disk.list(`${folder}/conf.d`)).toSorted().slice(0, 64);
	const files = [`${folder}/initramfs.conf`, ...extra.map(name => `${folder}/conf.d/${name}`)];
	let chosen: string | undefined;
	for (const file of files) {
		const text = (await readText(disk, file)) ?? '';
		chosen = [...text.matchAll(/^[ \t]*MODULES=["']?(\w+)/gm)].at(-1)?.[1] ?? chosen;
	}

	return chosen === 'most';
}

/** From lists such as `kernel/drivers/nvme/host/nvme.ko: kernel/...`, one a line. */
function moduleNames(text = ''): Set<string> {
	return new Set(text.split('\n').flatMap(line => moduleName(line.split(':')[0] ?? '') ?? []));
}

/** `virtio_blk` from `usr/lib/modules/.../virtio-blk.ko.zst`; undefined when it is no module. */
function moduleName(path: string): string | undefined {
	const [, name] = /^([^/]+)\.ko(?:\.(?:gz|xz|zst))?$/.exec(path.slice(path.lastIndexOf('/') + 1)) ?? [];
	return name?.replaceAll('-', '_');
}
