/** What `inspect` found in an image, each finding with a verdict. Plain data: printed, shown, stored. */
export type ImageReport = {
	/** Absolute path. */
	readonly file: string;
	readonly vdi: VdiSummary;
	readonly partitionTable: 'mbr' | 'gpt';
	readonly partitions: readonly PartitionSummary[];
	/** The partition `/` is on. */
	readonly root: PartitionSummary;
	readonly os: {readonly id: string; readonly name: string; readonly version: string};
	/** As EC2 names it. */
	readonly architecture: 'x86_64' | 'i386' | 'arm64' | 'unknown';
	readonly bootMode: 'legacy-bios' | 'uefi';
	readonly kernels: readonly KernelSummary[];
	/** Users who can log in. */
	readonly users: ReadonlyArray<{
		readonly name: string;
		readonly uid: number;
		readonly home: string;
		readonly shell: string;
	}>;
	readonly findings: readonly Finding[];
	/** The worst of the findings. */
	readonly verdict: Verdict;
	/** Changes when the disk does: of size, modification time, header and block map. Not of the data blocks. */
	readonly fingerprint: string;
};

export type Verdict = 'fits' | 'will-be-fixed' | 'cannot-run';

export type Finding = {
	/** What was looked at: `fstab`, `network`, `sshd`, `root-login`, `cloud-init`, `boot-loader`, `initramfs`, ... */
	readonly subject: string;
	/** What was found, in one sentence. */
	readonly found: string;
	readonly verdict: Verdict;
	/** How it will be fixed, or why it cannot run and what to do. Left out when it fits. */
	readonly remark?: string;
	/** For programs. */
	readonly data?: Readonly<Record<string, unknown>>;
};

export type VdiSummary = {
	readonly kind: 'dynamic' | 'static';
	/** `1.1` */
	readonly version: string;
	readonly blockBytes: number;
	readonly virtualBytes: number;
	/** Of data blocks that are in the file. */
	readonly allocatedBytes: number;
	/** Of the file. */
	readonly fileBytes: number;
	readonly uuid: string;
};

export type PartitionSummary = {
	/** As Linux counts: 1-4 primary, from 5 logical. */
	readonly number: number;
	readonly startBytes: number;
	readonly sizeBytes: number;
	/** `83`, or a GPT type GUID. */
	readonly type: string;
	/** `ext4`, `swap`, `vfat`, ...; undefined when nothing known is there. */
	readonly fileSystem: string | undefined;
	readonly uuid: string | undefined;
	readonly label: string | undefined;
	readonly bootable: boolean;
};

export type KernelSummary = {
	/** `6.1.0-37-amd64` */
	readonly release: string;
	/** Path in the guest, in its root: `/boot/vmlinuz-...`. */
	readonly kernel: string;
	readonly initramfs: string | undefined;
	/** The one the boot loader starts by default. */
	readonly isDefault: boolean;
	/** The kernel command line the boot loader gives it, without `BOOT_IMAGE`. */
	readonly commandLine: string | undefined;
	/** Drivers found (built in or in the initramfs) and not found. */
	readonly drivers: Readonly<Record<'virtio' | 'nvme' | 'ena' | 'xen', boolean | 'unknown'>>;
};
