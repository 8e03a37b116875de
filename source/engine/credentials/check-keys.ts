import type {CredentialFields} from './credential-fields.js';
import type {CredentialProblem} from './credential-problem.js';

/** What can be seen from the fields alone. No sentence holds a secret. */
export function checkKeys({userId, accessKey, secretKey, profile}: CredentialFields): readonly CredentialProblem[] {
	return [
		...(userId === '' || /^\d{12}$/.test(userId)
			? []
			: [error(`The account (user ID) ${userId} is not 12 digits.`, 'Write it without dashes, as in 123456789012.')]),
		...(profile === '' ? checkOwnKeys(accessKey, secretKey) : []),
	];
}

function checkOwnKeys(accessKey: string, secretKey: string): readonly CredentialProblem[] {
	const unusable = unusableKeys({accessKey, secretKey});
	return unusable.length > 0 ? unusable : checkAmazonKeys(accessKey, secretKey);
}

/** Why no request can be signed with such keys. */
export function unusableKeys({
	accessKey,
	secretKey,
}: Pick<CredentialFields, 'accessKey' | 'secretKey'>): readonly CredentialProblem[] {
	if (accessKey === '' && secretKey === '') {
		return [error('There is neither an access key nor a profile.', 'Enter the keys, or choose a profile.')];
	}

	if (accessKey === '' || secretKey === '') {
		const [there, missing] = accessKey === '' ? ['a secret key', 'access key'] : ['an access key', 'secret key'];
		return [error(`There is ${there}, but no ${missing}.`, `Enter the ${missing}, too.`)];
	}

	return [
		...(wrongSigns.test(accessKey)
			? [error('The access key holds blanks, quotes or other signs no key has.', 'Copy it again.')]
			: []),
		...(wrongSigns.test(secretKey)
			? [error('The secret key holds blanks, quotes or other signs no key has.', 'Copy it again.')]
			: []),
	];
}

const wrongSigns = /[^\u0021-\u007e]|["'`<>]/;

/** Keys that Amazon has given out say so; those of other clouds have no shape that is known. */
function checkAmazonKeys(accessKey: string, secretKey: string): readonly CredentialProblem[] {
	const copy = 'Copy it again from where it was shown to you.';
	if (/^ASIA[A-Z0-9]{16}$/.test(accessKey)) {
		return [
			error(
				'The access key is a temporary one, which does not work without its session token.',
				'Put it into a profile of the AWS configuration, and choose that.',
			),
		];
	}

	if (!/^AKIA/.test(accessKey)) {
		return [];
	}

	if (!/^AKIA[A-Z0-9]{16}$/.test(accessKey)) {
		return [error(`The access key has ${accessKey.length} letters; Amazon's have 20 capitals and digits.`, copy)];
	}

	return secretKey.length === 40
		? []
		: [error(`The secret key has ${secretKey.length} letters; Amazon's have 40.`, copy)];
}

const error = (message: string, hint: string): CredentialProblem => ({kind: 'error', message, hint});
