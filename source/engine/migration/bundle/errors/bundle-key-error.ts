import {AppError} from '../../../errors/app-error.js';

/** A certificate or private key that a bundle cannot be made with. */
export class BundleKeyError extends AppError {
	override readonly name = 'BundleKeyError';
	override readonly hint: string;

	constructor(
		/** Of the file, as the user knows it. */
		readonly file: string,
		readonly problem: keyof typeof problems,
		options?: ErrorOptions,
	) {
		super(`${file} ${problems[problem].is}.`, options);
		this.hint = problems[problem].hint;
	}
}

const problems = {
	missing: {is: 'does not exist or may not be read by you', hint: 'Check the path and its permissions.'},
	notACertificate: {
		is: 'is not a certificate in PEM',
		hint: 'Choose the file that begins with "-----BEGIN CERTIFICATE-----".',
	},
	notAKey: {
		is: 'is not a private key in PEM',
		hint: 'Choose the file that begins with "-----BEGIN ... PRIVATE KEY-----".',
	},
	encrypted: {
		is: 'is protected by a passphrase',
		hint: 'Write a copy without one, readable by you alone: (umask 077; openssl rsa -in KEY -out COPY).',
	},
	notRsa: {
		is: 'is not of the RSA kind, and bundles know no other',
		hint: 'Make an RSA certificate and key for your account.',
	},
	mismatch: {
		is: 'does not belong to the user certificate',
		hint: 'Choose the certificate and the private key that were made together.',
	},
} as const;
