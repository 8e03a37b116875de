import type {FoundAmi} from '../../cloud/ec2/find-ami.js';
import {needed} from '../disk-steps.js';
import {type AmiRequest, registerAmi} from '../ebs-direct/register-ami.js';
import type {CloudMigrationContext, Uploaded} from './cloud-migration.js';
import {imageFacts} from './migration-marks.js';
import {plannedAmi} from './planned-ami.js';
import {tagsOf} from './tags-of.js';

/** Makes the AMI of what was uploaded. May be called again: it is found by its name. @throws {MigrationOptionError} And what `registerAmi` throws. */
export async function registerUploaded(context: CloudMigrationContext, source: Uploaded): Promise<FoundAmi> {
	const {calls, amiName, migration, rules, journal, signal} = context;
	const {snapshotId, volumeGib, location} = source;
	const facts = needed(imageFacts(journal.records));
	const request: AmiRequest = {
		...(location === '' ? {snapshotId, volumeGib} : {location}),
		name: amiName,
		description: `${migration.image}: ${facts.os}, migrated by D2CM`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 255),
		properties: plannedAmi(context, facts),
		tags: tagsOf(context),
		kernel: migration.kernel,
		ramdisk: migration.ramdisk,
		rules,
	};
	return registerAmi(calls, request, signal);
}
