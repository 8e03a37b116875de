import {AppError} from '../../../errors/app-error.js';
import {rolePolicy, trustPolicy} from '../role-policies.js';

/** Amazon reads imports from S3 in a role of the account, which has to be made once. */
export class MissingImportRoleError extends AppError {
	override readonly name = 'MissingImportRoleError';
	override readonly hint: string;
	/** To be pasted. */
	readonly trustPolicy = trustPolicy;

	constructor(
		readonly role: string,
		why: 'missing' | 'does not trust' | 'refused',
		{bucket, region}: {readonly bucket: string; readonly region: string},
		options?: ErrorOptions,
	) {
		const sentences = {
			missing: `The account has no role ${role}, in which Amazon would read the image from the bucket ${bucket}.`,
			'does not trust': `The role ${role} does not let Amazon's import (vmie.amazonaws.com) take it on.`,
			refused: `The role ${role} is missing, or does not let Amazon read the image from the bucket ${bucket}.`,
		};
		super(sentences[why], options);
		const verb = why === 'does not trust' ? 'update-assume-role-policy' : 'create-role';
		const document = why === 'does not trust' ? 'policy-document' : 'assume-role-policy-document';
		this.hint =
			`Let the owner of the account run: aws iam ${verb} --role-name ${role} --${document} '${trustPolicy}' && ` +
			`aws iam put-role-policy --role-name ${role} --policy-name ${role} --policy-document '${rolePolicy(bucket, region)}'`;
	}
}
