import {shellQuote} from '../../ssh/shell-quote.js';
import {edition, leaseFiles, leaseFolder} from './lease-files.js';
import type {LeaseLimits} from './lease-limits.js';

/** Runs a script that comes on standard input as root, whoever has logged in. */
const asRoot = (arguments_: string) =>
	`if [ "$(id -u)" = 0 ]; then exec sh ${arguments_}; else exec sudo -n sh ${arguments_}; fi`;

/**
Sets the timer of an instance, from the beginning. May run again; the counting then begins anew. A timer that was set while
the instance booted goes on, with other limits: starting one takes an emulated machine many times as long.

@returns The command, and what is written to its standard input: one compound command, which cut off half-way is none.
*/
export function setLease(
	limits: LeaseLimits,
	folder: string = leaseFolder,
	files: Readonly<Record<string, string>> = leaseFiles(limits),
): {readonly command: string; readonly input: string} {
	return {
		command: asRoot('-s'),
		input: `{
umask 077
live=/run/d2cm-lease uptime=/proc/uptime edition=
mkdir -p ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit
[ ! -r ./limits ] || . ./limits
owner=
read -r owner rest 2>/dev/null <"$live/owner" || :
if [ "$edition" = ${edition} ] && [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
	read -r now rest <"$uptime" &&
		printf '%sbegun=%s\n' ${shellQuote(files['limits'] ?? '')} "$now" >limits.new && mv -f limits.new limits
	exit
fi
${writesOf(files)}. ./limits
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

/**
Sets the timer of an instance while it boots, as a script for root that comes with the user data: should this machine be lost
before anybody has logged in, the instance ends itself all the same.

@param mark Of this instance: after a reboot the timer goes on with what it has counted, in a copy of its disk it begins anew.
*/
export function setLeaseAtBoot(
	mark: string,
	limits: LeaseLimits,
	folder: string = leaseFolder,
	files: Readonly<Record<string, string>> = leaseFiles(limits),
): string {
	return `(
umask 077
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
mkdir -p ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit
known=
read -r known 2>/dev/null <mark || :
if [ "$known" != ${shellQuote(mark)} ]; then
${writesOf(files)}rm -f spent renewed ended owner
echo ${shellQuote(mark)} >mark
fi
systemd=/run/systemd/system units=/etc/systemd/system
. ./limits
[ "$known" != ${shellQuote(mark)} ] || [ ! -d "$systemd" ] || [ ! -e "$units/multi-user.target.wants/d2cm-lease.service" ] || exit 0
sh ${shellQuote(`${folder}/start`)} && echo 'd2cm: the timer that ends this instance is set'
)
`;
}

const writesOf = (files: Readonly<Record<string, string>>): string =>
	Object.entries(files)
		.map(([name, content]) => `printf %s ${shellQuote(content)} >${name}.new && mv -f ${name}.new ${name} || exit\n`)
		.join('');

/** Renews the lease. Tokens are new ones each time; the same again is no renewal. */
export function renewLease(token: string, folder: string = leaseFolder): string {
	return asRoot(`${shellQuote(`${folder}/renew`)} ${shellQuote(token)}`);
}
