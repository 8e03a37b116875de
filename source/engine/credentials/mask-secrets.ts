/** Takes secrets out of a text that others have written, and leaves of an access key only what tells it from another. */
export function maskSecrets(
	text: string,
	{accessKey = '', secrets}: {readonly accessKey?: string; readonly secrets: readonly string[]},
): string {
	const hidden = secrets
		.filter(secret => secret !== '')
		.flatMap(secret => [secret, encodeURIComponent(secret), secret.replaceAll('/', '\\/')])
		.toSorted((one, other) => other.length - one.length)
		.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
	return accessKey === '' ? hidden : hidden.replaceAll(accessKey, maskAccessKey(accessKey));
}

/** `AKIA…MPLE` */
export const maskAccessKey = (accessKey: string): string =>
	accessKey.length < 12 ? '***' : `${accessKey.slice(0, 4)}…${accessKey.slice(-4)}`;
