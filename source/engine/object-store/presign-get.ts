import {createHash, createHmac} from 'node:crypto';
import type {AwsKeys} from '../cloud/ec2/ec2-access.js';

export type GetToSign = {
	/** Of the object, without a query. */
	readonly url: URL;
	readonly region: string;
	readonly keys: AwsKeys;
	readonly now: Date;
	readonly expiresSeconds: number;
};

/**
An address by which whoever has it can get one object for a while: Signature Version 4 in the query. It is a secret for that time.

@see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
*/
export function presignGet({url, region, keys, now, expiresSeconds}: GetToSign): string {
	const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
	const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
	const query = Object.entries({
		'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
		'X-Amz-Credential': `${keys.accessKeyId}/${scope}`,
		'X-Amz-Date': time,
		'X-Amz-Expires': String(expiresSeconds),
		...(keys.sessionToken !== undefined && {'X-Amz-Security-Token': keys.sessionToken}),
		'X-Amz-SignedHeaders': 'host',
	})
		.map(([name, value]) => `${encode(name)}=${encode(value)}`)
		.toSorted()
		.join('&');
	const request = `GET\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
	const digest = createHash('sha256').update(request).digest('hex');
	const key = scope
		.split('/')
		.reduce<string | Buffer>((secret, part) => sign(secret, part), `AWS4${keys.secretAccessKey}`);
	const signature = sign(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`).toString('hex');
	return `${url.origin}${url.pathname}?${query}&X-Amz-Signature=${signature}`;
}

/** Where an object is; `endpoint` left out: at Amazon. */
export function objectUrl(
	bucket: string,
	key: string,
	{
		endpoint,
		region,
		pathStyle,
	}: {readonly endpoint?: string | undefined; readonly region: string; readonly pathStyle: boolean},
): URL {
	const amazon = `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
	const url = new URL(endpoint ?? amazon);
	const path = key.split('/').map(encode).join('/');
	// A certificate for *.s3... fits no name with further dots.
	if (pathStyle || bucket.includes('.')) {
		url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}/${path}`;
	} else {
		url.host = `${bucket}.${url.host}`;
		url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
	}

	return url;
}

const sign = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Stricter than encodeURIComponent, as the signature wants it. */
const encode = (text: string): string =>
	encodeURIComponent(text).replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
