import type {ImportSnapshotCommandInput} from '@aws-sdk/client-ec2';
import {mustBeShaped} from '../../cloud/ec2/shapes.js';
import {uploadTag} from '../ebs-direct/snapshot-upload.js';
import type {DiskStream} from './disk-stream.js';
import {MissingImportRoleError} from './errors/missing-import-role-error.js';
import type {ImportRecord} from './import-record.js';
import {type SnapshotImport, usualRole} from './snapshot-import.js';

/** What ImportSnapshot is asked, to be noted before it is asked. */
export function startParameters(
	{token, description, tags, encryption, role = usualRole}: SnapshotImport,
	{bucket, key}: ImportRecord,
	format: DiskStream['format'],
): ImportSnapshotCommandInput {
	return {
		ClientToken: token,
		Description: description,
		DiskContainer: {Description: description, Format: format, UserBucket: {S3Bucket: bucket, S3Key: key}},
		TagSpecifications: [
			{
				ResourceType: 'import-snapshot-task',
				Tags: Object.entries({...tags, [uploadTag]: token}).map(([Key, Value]) => ({Key, Value})),
			},
		],
		...(role === usualRole ? {} : {RoleName: role}),
		...(encryption && {
			Encrypted: true,
			...(encryption.kmsKeyArn === undefined ? {} : {KmsKeyId: encryption.kmsKeyArn}),
		}),
	};
}

/**
May be asked again and again: the same token gives the same task.

@throws {MissingImportRoleError}
*/
export async function askToImport(
	{calls, signal}: Pick<SnapshotImport, 'calls' | 'signal'>,
	start: ImportSnapshotCommandInput,
): Promise<string> {
	try {
		const {ImportTaskId} = await calls.ec2(
			'ImportSnapshot',
			async (client, {ImportSnapshotCommand}, options) => client.send(new ImportSnapshotCommand(start), options),
			signal,
		);
		// A cloud that only looks like Amazon can say yes, and do nothing.
		return mustBeShaped('import task', ImportTaskId ?? '');
	} catch (error) {
		throw isAboutRole(error, start.RoleName ?? usualRole)
			? new MissingImportRoleError(
					start.RoleName ?? usualRole,
					'refused',
					{bucket: start.DiskContainer?.UserBucket?.S3Bucket ?? '', region: calls.region},
					{cause: error},
				)
			: error;
	}
}

/** Amazon has one code for every wrong parameter; only its words tell which one it means. */
function isAboutRole(error: unknown, role: string): boolean {
	return error instanceof Error && error.name === 'InvalidParameter' && error.message.includes(role);
}
