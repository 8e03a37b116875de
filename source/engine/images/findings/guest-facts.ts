import type {Superblock} from '../../guest/ext/superblock.js';
import type {GuestDisk} from '../../guest/guest-disk.js';
import type {BootLoader} from '../boot/find-boot-loader.js';
import type {Kernel} from '../boot/find-kernels.js';
import type {Finding, ImageReport, PartitionSummary, VdiSummary} from '../image-report.js';
import type {PartitionTable} from '../partition-table.js';

/** What the findings are made from. */
export type GuestFacts = {
	readonly disk: GuestDisk;
	/** Of the root file system. */
	readonly superblock: Superblock;
	readonly vdi: VdiSummary;
	readonly table: PartitionTable;
	readonly partitions: readonly PartitionSummary[];
	readonly root: PartitionSummary;
	readonly architecture: ImageReport['architecture'];
	readonly bootMode: ImageReport['bootMode'];
	readonly loader: BootLoader;
	readonly kernels: readonly Kernel[];
};

/** Looks at one subject. */
export type FindingMaker = (facts: GuestFacts) => Promise<readonly Finding[]>;
