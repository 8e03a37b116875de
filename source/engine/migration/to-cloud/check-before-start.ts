import {statfs} from 'node:fs/promises';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {isOffered, type OfferedKernel} from '../../cloud/ec2/describe-kernels.js';
import {findAmi} from '../../cloud/ec2/find-ami.js';
import {AppError} from '../../errors/app-error.js';
import {NotEnoughDiskError} from '../../host/not-enough-disk-error.js';
import {formatBytes} from '../../jobs/format-bytes.js';
import {needed} from '../disk-steps.js';
import {AmiNameTakenError} from '../ebs-direct/errors/ami-name-taken-error.js';
import {checkEncryption} from './check-encryption.js';
import {checkQuotas} from './check-quotas.js';
import {checkSize} from './check-size.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {UnknownArchitectureError} from './errors/unknown-architecture-error.js';
import {UnknownKernelError} from './errors/unknown-kernel-error.js';
import type {UploadWay} from './upload-way.js';

/** For the overlay with our changes, and the list of what is sent. */
const leastFreeBytes = 64 * 2 ** 20;

/**
Finds what would stop the migration before a byte has left.

@throws {UnknownArchitectureError | NotEnoughDiskError | DiskTooLargeError | AmiNameTakenError | QuotaReachedError | UnknownKernelError} And what the way throws, and
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
	const taken = await findAmi(calls, {Name: 'name', Values: [amiName]}, signal);
	if (taken) {
		throw new AmiNameTakenError(amiName, taken.id);
	}

	if (rules.dryRun) {
		await mustBeAllowed(calls, signal);
	}

	await checkQuotas(context);
	await mustBeThere(context, 'kernel', migration.kernel);
	await mustBeThere(context, 'ramdisk', migration.ramdisk);

	const kernel = report.kernels.find(({isDefault}) => isDefault);
	if (kernel?.drivers.nvme === false && migration.kernel === undefined && rules.prices === 'amazon') {
		const types = 'only instance types with Xen (such as t2, m4, c4) will start it';
		await say(`The initramfs of ${kernel.release} has no driver for NVMe disks: ${types}`, 'warning');
	}

	await way.check?.(context);
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

/** @throws {UnknownKernelError} */
async function mustBeThere(
	{calls, migration, signal}: CloudMigrationContext,
	kind: OfferedKernel['kind'],
	id: string | undefined,
): Promise<void> {
	if (id !== undefined && !(await isOffered(calls, {kind, id}, signal))) {
		throw new UnknownKernelError(kind, id, migration.cloud);
	}
}
