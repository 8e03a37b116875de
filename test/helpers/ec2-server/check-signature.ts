import {createHash, createHmac} from 'node:crypto';
import type {IncomingMessage} from 'node:http';
import {digestOf} from './digest-of.js';
import {ServiceError} from './service-error.js';

export type Account = {
	readonly secretKey: string;
	/** Temporary credentials carry one. */
	readonly sessionToken?: string;
	/** Revoked keys are unknown keys to Amazon. */
	state: 'valid' | 'expired' | 'revoked';
	/** Actions it has no right to. */
	readonly denied: Set<string>;
};

/** STS has words of its own. */
function stsCode(queryCode: string, status: number): string {
	const known: Readonly<Record<string, string>> = {
		AuthFailure: 'InvalidClientTokenId',
		RequestExpired: status === 403 ? 'SignatureDoesNotMatch' : 'ExpiredToken',
	};
	return known[queryCode] ?? queryCode;
}

const mostSkewMs = 5 * 60 * 1000;

/**
Computes the signature (version 4) again from what has arrived, and checks clock, key and session.

@throws {ServiceError} As the EC2 query API words it, or EBS direct.
*/
export function checkSignature(
	request: IncomingMessage,
	body: Buffer,
	{
		accounts,
		now,
		service: expectedService,
	}: {
		accounts: ReadonlyMap<string, Account>;
		now: Date;
		service: 'ec2' | 'ebs' | 'iam' | 'sts' | 'pricing' | 'servicequotas';
	},
): Account {
	const isQuery = !['ebs', 'pricing', 'servicequotas'].includes(expectedService);
	const fail = (queryCode: string, jsonCode: string, message: string, status = 403) =>
		new ServiceError(
			isQuery && expectedService !== 'sts' && status === 403 ? 401 : status,
			expectedService === 'sts' ? stsCode(queryCode, status) : isQuery ? queryCode : jsonCode,
			message,
		);
	const {headers} = request;
	const [, keyId = '', scope = '', names = '', signature = ''] =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			headers.authorization ?? '',
		) ?? [];
	if (signature === '') {
		throw fail('MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'There is no signature.');
	}

	const account = accounts.get(keyId);
	if (!account || account.state === 'revoked') {
		throw fail('AuthFailure', 'UnrecognizedClientException', 'The security token included in the request is invalid.');
	}

	const date = String(headers['x-amz-date']);
	checkClock(date, now, fail);
	if ((headers['x-amz-security-token'] ?? '') !== (account.sessionToken ?? '')) {
		throw fail('AuthFailure', 'UnrecognizedClientException', 'The security token included in the request is invalid.');
	}

	const payloadHash = String(headers['x-amz-content-sha256'] ?? digestOf(body).toString('hex'));
	if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== digestOf(body).toString('hex')) {
		throw fail('SignatureDoesNotMatch', 'InvalidSignatureException', 'The payload is not what was signed.');
	}

	const url = new URL(request.url ?? '/', 'http://host');
	const canonical = [
		request.method,
		url.pathname.split('/').map(encodeURIComponent).join('/'),
		[...url.searchParams]
			.map(([name, value]) => `${encode(name)}=${encode(value)}`)
			.toSorted()
			.join('&'),
		...names.split(';').map(
			name =>
				`${name}:${String(headers[name] ?? '')
					.trim()
					.replaceAll(/ +/g, ' ')}`,
		),
		'',
		names,
		payloadHash,
	].join('\n');
	if (!names.split(';').includes('host') || !names.split(';').includes('x-amz-date')) {
		throw fail('SignatureDoesNotMatch', 'InvalidSignatureException', 'Host and date must be signed.');
	}

	const [day = '', region = '', service = '', end = ''] = scope.split('/');
	const key = [day, region, service, end].reduce<Buffer | string>(hmac, `AWS4${account.secretKey}`);
	const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
	if (expected !== signature || service !== expectedService || !date.startsWith(day)) {
		throw fail('SignatureDoesNotMatch', 'InvalidSignatureException', 'The signature does not match.');
	}

	if (account.state === 'expired') {
		throw fail('RequestExpired', 'ExpiredTokenException', 'The security token included in the request is expired', 400);
	}

	return account;
}

function checkClock(date: string, now: Date, fail: (query: string, json: string, message: string) => ServiceError) {
	const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
	const sentAt = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
	if (!(Math.abs(sentAt - now.getTime()) <= mostSkewMs)) {
		throw fail(
			'RequestExpired',
			'InvalidSignatureException',
			`Signature expired or not yet current: ${date}, and it is now ${now.toISOString()}`,
		);
	}
}

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();
const encode = (text: string) =>
	encodeURIComponent(text).replaceAll(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
