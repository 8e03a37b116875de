import {shellQuote} from '../../ssh/shell-quote.js';
import {leaseFiles, leaseFolder} from './lease-files.js';
import type {LeaseLimits} from './lease-limits.js';

/** Runs a script that comes on standard input as root, whoever has logged in. */
const asRoot = (arguments_: string) =>
	`if [ "$(id -u)" = 0 ]; then exec sh ${arguments_}; else exec sudo -n sh ${arguments_}; fi`;

/**
Sets the timer of an instance, from the beginning. May run again; the counting then begins anew.

@returns The command, and what is written to its standard input: one compound command, which cut off half-way is none.
*/
export function setLease(
	limits: LeaseLimits,
	folder: string = leaseFolder,
	files: Readonly<Record<string, string>> = leaseFiles(limits),
): {readonly command: string; readonly input: string} {
	const writes = Object.entries(files).map(
		([name, content]) => `printf %s ${shellQuote(content)} >${name}.new && mv -f ${name}.new ${name} || exit\n`,
	);
	return {
		command: asRoot('-s'),
		input: `{
umask 077
mkdir -p ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit
${writes.join('')}live=/run/d2cm-lease
. ./limits
rm -f spent renewed ended "$live/spent" "$live/renewed" "$live/owner" "$live/ended"
sh ${shellQuote(`${folder}/start`)} || exit
tries=0
until [ -e "$live/owner" ] || [ -e owner ]; do
	tries=$((tries + 1))
	[ $tries -lt 60 ] || { echo 'its timer does not start' >&2; exit 1; }
	sleep 0.5
done
exit 0
}
`,
	};
}

/** Renews the lease. Tokens are new ones each time; the same again is no renewal. */
export function renewLease(token: string, folder: string = leaseFolder): string {
	return asRoot(`${shellQuote(`${folder}/renew`)} ${shellQuote(token)}`);
}
