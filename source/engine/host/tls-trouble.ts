/** Why there was no talk over TLS; `reason` follows a name in a sentence. */
export type TlsTrouble = {
	/** `untrusted`: the server's certificate. `no-tls`: what answers does not speak TLS. */
	readonly kind: 'untrusted' | 'no-tls';
	readonly reason: string;
};

const certificateProblem = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET|VERIFY)_)/;
/** What OpenSSL makes of an answer in plain HTTP; its own words (`tls_get_more_records:packet length too long`) tell nobody anything. */
const noTls = /^(?:EPROTO|ERR_SSL_)/;

/** What an error, or what caused it, tells of TLS; undefined: nothing. */
export function tlsTrouble(error: unknown): TlsTrouble | undefined {
	if (!(error instanceof Error)) {
		return undefined;
	}

	const {code = '', cause, message} = error as NodeJS.ErrnoException & {cause?: unknown};
	if (certificateProblem.test(code)) {
		// Node advises those who start it; nobody who uses D2CM does.
		return {kind: 'untrusted', reason: message.replace(/; if the root CA is installed locally.*$/s, '') || code};
	}

	return noTls.test(code) ? {kind: 'no-tls', reason: 'does not speak TLS'} : tlsTrouble(cause);
}
