/** What makes up a credential, whatever it is called. Empty where it is not known. */
export type CredentialFields = {
	/** Account, 12 digits. */
	readonly userId: string;
	readonly accessKey: string;
	readonly secretKey: string;
	/** Path of the user's certificate, PEM. */
	readonly certificate: string;
	/** Path of the user's private key, PEM. */
	readonly privateKey: string;
	/** Of the shared AWS configuration; then there are no keys here. */
	readonly profile: string;
};
