import {fingerprintOf} from '../../ssh/fingerprint-of.js';

/** What the console of an instance says of its host keys. */
export type ConsoleVerdict =
	/** This key is among them. */
	| 'same'
	/** There is another one of this type. */
	| 'other'
	/** Nothing is said of keys of this type, or not yet. */
	| 'silent';

/**
Looks for a host key in what cloud-init writes to the console at the first boot: fingerprints, or whole keys, between lines
that say so. It is the cloud that shows it, so whoever answers in the place of the instance cannot change it.

@see https://cloudinit.readthedocs.io/en/latest/reference/modules.html#keys-to-console
*/
export function consoleVerdict(output: string, offered: string): ConsoleVerdict {
	const [type = '', blob = ''] = offered.trim().split(/\s+/);
	const fingerprints = block(output, 'FINGERPRINTS').flatMap(line => {
		const [, fingerprint, kind] = /\b\d+ (SHA256:[\w+/]{43}).*\(([\w-]+)\)/.exec(line) ?? [];
		return fingerprint !== undefined && kind !== undefined ? [{fingerprint, kind: kind.toLowerCase()}] : [];
	});
	const keys = block(output, 'KEYS').flatMap(line => {
		const [, kind, key] = /\b((?:ssh|ecdsa)-[\w-]+) ([\w+/]+={0,2})(?:\s|$)/.exec(line) ?? [];
		return kind !== undefined && key !== undefined ? [{kind, key}] : [];
	});
	if (
		fingerprints.some(({fingerprint}) => fingerprint === fingerprintOf(offered)) ||
		keys.some(({key}) => key === blob)
	) {
		return 'same';
	}

	const isOfType = keys.some(({kind}) => kind === type) || fingerprints.some(({kind}) => kind === kindOf(type));
	return isOfType ? 'other' : 'silent';
}

/** The lines of the last such block that is there whole. */
function block(output: string, name: 'FINGERPRINTS' | 'KEYS'): readonly string[] {
	const [begin, end] = ['BEGIN', 'END'].map(edge => `-----${edge} SSH HOST KEY ${name}-----`);
	const last = output.lastIndexOf(end ?? '');
	const first = output.lastIndexOf(begin ?? '', last);
	return first === -1 || last === -1 ? [] : output.slice(first, last).split(/\r?\n/).slice(1);
}

/** `ssh-ed25519` as ssh-keygen names it in a list of fingerprints. */
const kindOf = (type: string) => type.replace(/^ssh-/, '').replace(/^ecdsa-.*$/, 'ecdsa');
