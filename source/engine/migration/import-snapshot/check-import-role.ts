import {CloudUnreachableError} from '../../cloud/ec2/errors/cloud-unreachable-error.js';
import {NotAllowedError} from '../../cloud/ec2/errors/not-allowed-error.js';
import {MissingImportRoleError} from './errors/missing-import-role-error.js';
import {trustsImports} from './role-policies.js';
import {type SnapshotImport, usualRole} from './snapshot-import.js';
import {askToImport} from './start-import.js';

type Asked = Pick<SnapshotImport, 'calls' | 'bucket' | 'role' | 'dryRun' | 'signal'>;

type Checked = Required<Omit<Asked, 'dryRun'>>;

/**
Whether an import would be allowed, before anything is sent: the account has the role that Amazon reads the object in, and
the keys may ask for an import. Keys that may not look at roles learn about a missing one from the import itself.

@throws {MissingImportRoleError | NotAllowedError}
*/
export async function checkImportRole({calls, bucket, role = usualRole, dryRun = true, signal}: Asked): Promise<void> {
	if (calls.hasIam) {
		await lookAtRole({calls, bucket, role, signal});
	}

	if (dryRun) {
		await tryToImport({calls, bucket, role, signal});
	}
}

async function tryToImport({calls, bucket, role, signal}: Checked): Promise<void> {
	try {
		await askToImport(
			{calls, signal},
			{
				DryRun: true,
				DiskContainer: {Format: 'VMDK', UserBucket: {S3Bucket: bucket, S3Key: 'd2cm'}},
				...(role === usualRole ? {} : {RoleName: role}),
			},
		);
	} catch (error) {
		if (!(error instanceof Error && error.name === 'DryRunOperation')) {
			throw error;
		}
	}
}

async function lookAtRole({calls, bucket, role, signal}: Checked): Promise<void> {
	try {
		const {Role} = await calls.iam(
			'GetRole',
			async (client, {GetRoleCommand}, options) => client.send(new GetRoleCommand({RoleName: role}), options),
			signal,
		);
		if (!trustsImports(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '%7B%7D'))) {
			throw new MissingImportRoleError(role, 'does not trust', {bucket, region: calls.region});
		}
	} catch (error) {
		if (error instanceof Error && error.name === 'NoSuchEntityException') {
			throw new MissingImportRoleError(role, 'missing', {bucket, region: calls.region}, {cause: error});
		}

		if (!(error instanceof NotAllowedError || error instanceof CloudUnreachableError)) {
			throw error;
		}
	}
}
