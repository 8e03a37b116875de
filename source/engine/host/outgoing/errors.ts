import {AppError, type ErrorSort} from '../../errors/app-error.js';
import {networkReason} from './network-reason.js';

/** The proxy that this machine's environment names, and not what is behind it, is why nothing was answered. */
export class ProxyError extends AppError {
	override readonly name = 'ProxyError';

	private constructor(
		message: string,
		override readonly hint: string,
		override readonly sort: ErrorSort,
		options?: ErrorOptions,
	) {
		super(message, options);
	}

	/** No word of the value: it may hold a password. */
	static unreadable(variable: string): ProxyError {
		const hint = `Set it as in \`export ${variable}=http://proxy.example.org:3128\`; in a password, write @, :, /, #, ? and % as %40, %3A, %2F, %23, %3F and %25.`;
		return new ProxyError(`${variable} does not name a proxy that can be read.`, hint, 'user');
	}

	static ofOtherKind(variable: string, scheme: string): ProxyError {
		const hint = `Set ${variable} to one that begins with http:// or https://, or name in NO_PROXY what can be reached without.`;
		return new ProxyError(`${variable} names a proxy of the kind ${scheme}, which D2CM cannot use.`, hint, 'user');
	}

	static away(variable: string, place: string, cause: unknown): ProxyError {
		const message = `The proxy ${place} (${variable}) does not answer: ${networkReason(cause) ?? 'the connection broke'}.`;
		const hint = `Correct ${variable}, or name in NO_PROXY what can be reached without.`;
		return new ProxyError(message, hint, 'wait', {cause});
	}

	static isNone(variable: string, place: string): ProxyError {
		const message = `What answers as the proxy ${place} (${variable}) is a web page, and no proxy.`;
		return new ProxyError(message, `Correct ${variable}; the port is often another one, such as 3128 or 8080.`, 'user');
	}

	/** `status` is what it answered in the place of the server. */
	static refused(variable: string, place: string, target: string, status: number): ProxyError {
		if (status === 407) {
			const hint = `Set ${variable} with them, as in http://NAME:PASSWORD@${place}.`;
			return new ProxyError(`The proxy ${place} (${variable}) wants another name and password.`, hint, 'user');
		}

		const isItsOwn = status >= 500;
		const message = `The proxy ${place} (${variable}) ${isItsOwn ? 'could not reach' : 'refuses'} ${target} (HTTP ${status}).`;
		const hint = isItsOwn
			? `See whether ${target} is right and answers; if only the proxy cannot reach it, name it in NO_PROXY.`
			: `Ask whoever runs the proxy to let it through, or name ${target.replace(/:\d+$/, '')} in NO_PROXY.`;
		return new ProxyError(message, hint, isItsOwn ? 'wait' : 'user');
	}
}

/** A file that should say whom to trust says nobody. */
export class UnreadableBundleError extends AppError {
	override readonly name = 'UnreadableBundleError';
	override readonly hint: string;

	constructor(variable: string, path: string, reason: string, options?: ErrorOptions) {
		super(`${variable} names ${path}, and ${reason}.`, options);
		this.hint = `Correct ${variable}, or unset it: whom this system trusts is trusted anyway.`;
	}
}
