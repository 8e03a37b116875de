import {type AmiProperties, amiProperties, type ChosenKernel, conflictOf} from '../../cloud/ami-properties.js';
import type {ImageReport, KernelSummary} from '../../images/image-report.js';
import {MigrationOptionError} from '../migration-option-error.js';
import {wayFacts} from '../way-facts.js';
import type {CloudMigrationRequest} from './cloud-migration.js';

type Machine = Pick<ImageReport, 'architecture' | 'bootMode'> & {
	readonly nvme?: KernelSummary['drivers']['nvme'] | undefined;
};

/**
Decides what the AMI of a migration is registered with. The check before the start and the registration ask here, so that the one
cannot pass what the other would be refused for.

@param offered What the cloud says of the kernel and the ramdisk that were chosen, where it was asked.
@throws {MigrationOptionError} When the cloud would refuse it.
*/
export function plannedAmi(
	{migration, rules}: Pick<CloudMigrationRequest, 'migration' | 'rules'>,
	{architecture, bootMode, nvme}: Machine,
	offered: {readonly kernel?: ChosenKernel | undefined; readonly ramdisk?: ChosenKernel | undefined} = {},
): AmiProperties {
	const wish = {
		architecture,
		bootMode,
		nvme,
		rootDevice: wayFacts[migration.way].rootDevice,
		kernel: migration.kernel === undefined ? undefined : (offered.kernel ?? {}),
		ramdisk: migration.ramdisk === undefined ? undefined : (offered.ramdisk ?? {}),
	};
	const properties = amiProperties(wish, rules);
	const conflict = conflictOf(properties, rules);
	if (conflict) {
		throw new MigrationOptionError(conflict.message, conflict.hint);
	}

	return properties;
}

/** The kernel that the machine boots by itself. */
export const defaultKernel = ({kernels}: Pick<ImageReport, 'kernels'>): KernelSummary | undefined =>
	kernels.find(({isDefault}) => isDefault);
