import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Fleet} from './fleet.js';
import {startCommands} from './fleet.js';

export type Peer = {
	readonly name: string;
	readonly program: string;
	/** A script for sh; finds the fleet's folder as $PWD, and leaves the results of the hosts in $PWD/out. */
	readonly script: (config: 'tuned' | 'default', sideBySide: number) => string;
	readonly configs: ReadonlyArray<'tuned' | 'default'>;
};

const [first = '', second = ''] = startCommands;
const daemon = `setsid sh -c 'sh /root/folder/run.sh >/root/out 2>/root/err; echo \\$? >/root/code.t; mv /root/code.t /root/code' </dev/null >/dev/null 2>&1 & echo \\$! >/root/pid`;
const begin = (config: string) => `set -e
CFG=$PWD/ssh_config_${config}
D=$PWD/data
L=$PWD/hosts
OUT=$PWD/out
C1='${first}'
C2='${second}'
DM="${daemon}"
PL='test -f /root/code'
rm -rf "$OUT" cm
mkdir -p "$OUT" cm
export CFG D L OUT C1 C2 DM PL
`;
const end = `for s in cm/*; do [ -S "$s" ] && echo "\${s##*/}"; done | xargs -r -P 8 -I{} ssh -F "$CFG" -O exit {} 2>/dev/null || true
n=$(find "$OUT" -type f -exec cmp -s {} "$D/up1m" \\; -print | wc -l)
[ "$n" = "$(wc -l <"$L")" ]
`;

/** Each tells the hosts of each other by one file only; ours does much more for that (names, keys, known hosts). */
export const peers: readonly Peer[] = [
	{
		name: 'fused',
		program: 'xargs',
		configs: ['tuned', 'default'],
		script: (config, sideBySide) => `${begin(config)}
xargs -a "$L" -P ${sideBySide} -n 1 sh -c '
	s() { ssh -F "$CFG" "$h" "$@"; }
	h=$1
	tar cf - -C "$D" ctx up1m folder | s "tar xof - -C /root && $C1 && $C2 && { $DM; }" || exit 255
	until s -n "$PL"; do sleep 0.1; done
	s -n "cat /root/result" >"$OUT/$h"
' sh
${end}`,
	},
	{
		name: 'parallel-ssh',
		program: 'parallel-ssh',
		configs: ['tuned', 'default'],
		script: (config, sideBySide) => `${begin(config)}
p() { parallel-ssh -h "$L" -p ${sideBySide} -t 0 -x "-F $CFG" "$@" >/dev/null; }
p -I 'cat >/root/ctx' <"$D/ctx"
parallel-scp -r -h "$L" -p ${sideBySide} -x "-F $CFG" "$D/up1m" /root/ >/dev/null
parallel-scp -r -h "$L" -p ${sideBySide} -x "-F $CFG" "$D/folder" /root/ >/dev/null
p "$C1"
p "$C2"
p "$DM"
until p "$PL"; do sleep 0.1; done
parallel-slurp -h "$L" -p ${sideBySide} -x "-F $CFG" -L "$OUT" /root/result result >/dev/null
${end}`,
	},
	{
		name: 'clush',
		program: 'clush',
		configs: ['tuned', 'default'],
		script: (config, sideBySide) => `${begin(config)}
c() { clush -q -f ${sideBySide} --hostfile "$L" -O "ssh_options=-F $CFG" -O command_timeout=0 "$@"; }
c 'cat >/root/ctx' <"$D/ctx"
c --copy "$D/up1m" "$D/folder" --dest /root/
c -n "$C1"
c -n "$C2"
c -n "$DM"
until c -n -S "$PL" 2>/dev/null; do sleep 0.1; done
c --rcopy /root/result --dest "$OUT"
${end}`,
	},
];

/** Both kinds of settings: `tuned` keeps a connection per host and spares the costly key exchange and cipher. */
export async function writePeerFiles({folder, instances}: Fleet): Promise<void> {
	const port = instances[0]?.ssh?.port ?? 22;
	const base = `Host *
 Port ${port}
 User root
 IdentityFile ${folder}/key
 IdentitiesOnly yes
 UserKnownHostsFile ${folder}/known_hosts
 GlobalKnownHostsFile none
 StrictHostKeyChecking yes
 UpdateHostKeys no
 BatchMode yes
 LogLevel ERROR
`;
	const tuned = ` ControlMaster auto
 ControlPath ${folder}/cm/%h
 ControlPersist 90
 KexAlgorithms curve25519-sha256
 Ciphers aes128-gcm@openssh.com
`;
	await mkdir(join(folder, 'cm'), {recursive: true});
	await writeFile(join(folder, 'ssh_config_default'), base);
	await writeFile(join(folder, 'ssh_config_tuned'), base + tuned);
	await writeFile(
		join(folder, 'data', 'ctx'),
		instances.map(({privateAddress}) => `${privateAddress ?? ''}\n`).join(''),
	);
}
