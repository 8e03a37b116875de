import {statfs} from 'node:fs/promises';
import {type AmiProperties, isForBareDisks, isPvGrub} from '../../cloud/ami-properties.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {findKernel, type OfferedKernel} from '../../cloud/ec2/describe-kernels.js';
import {NotAllowedError} from '../../cloud/ec2/errors/not-allowed-error.js';
import {findAmi} from '../../cloud/ec2/find-ami.js';
import {listInstanceTypes} from '../../cloud/ec2/instance-types.js';
import {misfit} from '../../cloud/misfit.js';
import {AppError} from '../../errors/app-error.js';
import {formatBytes} from '../../host/format-bytes.js';
import {NotEnoughDiskError} from '../../host/not-enough-disk-error.js';
import {needed} from '../disk-steps.js';
import {AmiNameTakenError} from '../ebs-direct/errors/ami-name-taken-error.js';
import {MigrationOptionError} from '../migration-option-error.js';
import {checkEncryption} from './check-encryption.js';
import {checkQuotas} from './check-quotas.js';
import {checkSize} from './check-size.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {UnknownArchitectureError} from './errors/unknown-architecture-error.js';
import {UnknownKernelError} from './errors/unknown-kernel-error.js';
import {defaultKernel, plannedAmi} from './planned-ami.js';
import type {UploadWay} from './upload-way.js';

/** For the overlay with our changes, and the list of what is sent. */
const leastFreeBytes = 64 * 2 ** 20;

/**
Finds what would stop the migration before a byte has left.

@throws {UnknownArchitectureError | NotEnoughDiskError | DiskTooLargeError | AmiNameTakenError | QuotaReachedError | UnknownKernelError | MigrationOptionError} And what the way throws, and
`callPatiently`: unreachable cloud, wrong keys, missing rights.
*/
export async function checkBeforeStart(context: CloudMigrationContext, way: UploadWay): Promise<void> {
	const {migration, calls, amiName, workFolder, signal, rules, say} = context;
	const {report} = needed(context.guest);
	if (report.architecture === 'unknown') {
		throw new UnknownArchitectureError(report.file);
	}

	const {bavail, bsize} = await statfs(workFolder);
	if (bavail * bsize < leastFreeBytes) {
		const found = `${formatBytes(bavail * bsize)} are free, and the changes to the disk need ${formatBytes(leastFreeBytes)}`;
		throw new NotEnoughDiskError(workFolder, found);
	}

	await checkSize(context);
	await checkEncryption(context);
	const taken = await findAmi(calls, {Name: 'name', Value: amiName}, signal);
	if (taken) {
		throw new AmiNameTakenError(amiName, taken.id);
	}

	if (rules.dryRun) {
		await mustBeAllowed(calls, signal);
	}

	await checkQuotas(context);
	const offered = {
		kernel: await mustBeThere(context, 'kernel', migration.kernel),
		ramdisk: await mustBeThere(context, 'ramdisk', migration.ramdisk),
	};
	const kernel = defaultKernel(report);
	const {nvme} = kernel?.drivers ?? {};
	const properties = plannedAmi(context, {...report, nvme}, offered);
	await sayOfPvGrub(context, offered.kernel);
	await mustBeStartable(context, properties);
	if (kernel && nvme === false && migration.kernel === undefined && rules.prices === 'amazon') {
		const types = 'only instance types with Xen (such as t2, m4, c4) will start it';
		await say(`The initramfs of ${kernel.release} has no driver for NVMe disks: ${types}`, 'warning');
	}

	await way.check?.(context);
}

/** The cloud takes such an AMI, and none of its instances would ever answer. */
async function sayOfPvGrub({guest, say}: CloudMigrationContext, kernel: OfferedKernel | undefined): Promise<void> {
	if (kernel === undefined || !isPvGrub(kernel.name)) {
		return;
	}

	if (isForBareDisks(kernel.name)) {
		await say(
			`The kernel ${kernel.name} starts disks without partitions, and this one has some: one with hd00 in its name would start it`,
			'warning',
		);
	}

	const {disk} = needed(guest);
	const menus = await Promise.all(['/boot/grub/menu.lst', '/boot/grub/grub.conf'].map(async path => disk.stat(path)));
	if (menus.every(menu => menu === undefined)) {
		await say('PV-GRUB starts what /boot/grub/menu.lst of the image names, and there is none', 'warning');
	}
}

/** Only what is rare is asked about: everything else starts on hundreds of types. @throws {MigrationOptionError} */
async function mustBeStartable(
	{calls, migration, rules, signal, say}: CloudMigrationContext,
	properties: AmiProperties,
): Promise<void> {
	const {architecture, virtualization, rootDevice, bootMode, ena} = properties;
	const isUsual = virtualization === 'hvm' && rootDevice === 'ebs' && architecture !== 'i386' && ena === 'on';
	if (isUsual || rules.prices !== 'amazon') {
		return;
	}

	const image = {architecture, virtualization, rootDevice, ena: ena === 'on', ...(bootMode !== 'none' && {bootMode})};
	const types = await listInstanceTypes({ask: async (action, send) => calls.ec2(action, send, signal)}).catch(
		async (error: unknown) => {
			if (error instanceof NotAllowedError) {
				await say(
					'Whether any instance type starts such an AMI could not be asked: the right to is missing',
					'warning',
				);
				return [];
			}

			throw error;
		},
	);
	if (types.length > 0 && types.every(type => misfit(image, type) !== undefined)) {
		const words = [
			virtualization,
			architecture,
			`root device in ${rootDevice}`,
			...(bootMode === 'none' ? [] : [bootMode]),
			...(ena === 'on' ? [] : ['no ENA']),
		];
		throw new MigrationOptionError(
			`No instance type of ${migration.cloud} starts such an AMI (${words.join(', ')}).`,
			migration.kernel === undefined
				? 'Choose another way or region, or give the machine drivers for NVMe disks and ENA where it has none.'
				: 'Leave the kernel out: the image then boots its own.',
		);
	}
}

/** Also the rights to take everything away again. */
async function mustBeAllowed(calls: AwsCalls, signal: AbortSignal): Promise<void> {
	const image = 'ami-00000000000000000';
	const snapshot = 'snap-00000000000000000';
	const ask = async (...asking: Parameters<typeof calls.ec2<unknown>>) => {
		try {
			await calls.ec2(...asking);
		} catch (error) {
			// Any answer but a missing right says that we may; `DryRunOperation` is the usual one.
			if (error instanceof AppError) {
				throw error;
			}
		}
	};

	await ask(
		'RegisterImage',
		async (client, sdk, options) =>
			client.send(new sdk.RegisterImageCommand({DryRun: true, Name: 'd2cm', RootDeviceName: '/dev/xvda'}), options),
		signal,
	);
	await ask(
		'DeregisterImage',
		async (client, sdk, options) =>
			client.send(new sdk.DeregisterImageCommand({DryRun: true, ImageId: image}), options),
		signal,
	);
	await ask(
		'DeleteSnapshot',
		async (client, sdk, options) =>
			client.send(new sdk.DeleteSnapshotCommand({DryRun: true, SnapshotId: snapshot}), options),
		signal,
	);
}

/** As the cloud offers it. @throws {UnknownKernelError} */
async function mustBeThere(
	{calls, migration, signal}: CloudMigrationContext,
	kind: OfferedKernel['kind'],
	id: string | undefined,
): Promise<OfferedKernel | undefined> {
	if (id === undefined) {
		return undefined;
	}

	const found = await findKernel(calls, {kind, id}, signal);
	if (!found) {
		throw new UnknownKernelError(kind, id, migration.cloud);
	}

	return found;
}
