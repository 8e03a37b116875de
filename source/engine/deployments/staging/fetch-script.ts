import {partPath} from '../../ssh/part-path.js';
import {shellQuote} from '../../ssh/shell-quote.js';

export type Fetch = {
	/** A secret. */
	readonly url: string;
	/** PEM of the authority it is to trust, instead of those it knows. */
	readonly ca?: string | undefined;
	readonly remote: string;
	readonly bytes: number;
	readonly sha256: string;
	/** Permission bits. */
	readonly mode: number;
	/** In whole seconds since 1970. */
	readonly modifiedAt: number;
	/** Bytes of it that take no room here. */
	readonly holeBytes: number;
	/** It is ended then, to be gone on with. */
	readonly mostSeconds: number;
};

export type FetchOutcome = {
	/** `partial`: not all of it is there yet. `differs`: it was whole and not what it should be. `refused`: it cannot get its name. */
	readonly state: 'stored' | 'partial' | 'differs' | 'toolless' | 'refused' | 'busy';
	/** That fetched, and how it ended: `curl`, 22, 403; 0 where it does not say. */
	readonly tool: string;
	readonly exitCode: number;
	readonly httpStatus: number;
	/** That are there. */
	readonly bytes: number;
};

/** For where neither curl nor wget is: Python, which a desktop has. */
const pythonFetch = `import os, ssl, sys, urllib.error, urllib.request
url, path = sys.stdin.readline().strip(), sys.argv[1]
have = os.path.getsize(path) if os.path.exists(path) else 0
request = urllib.request.Request(url, headers={"Range": "bytes=%d-" % have} if have else {})
try:
	trusted = ssl.create_default_context(cafile=sys.argv[2]) if len(sys.argv) > 2 else None
	answer = urllib.request.urlopen(request, timeout=60, context=trusted)
except urllib.error.HTTPError as error:
	print(error.code)
	sys.exit(22)
with open(path, "ab" if answer.status == 206 else "wb") as file:
	while True:
		piece = answer.read(1 << 20)
		if not piece:
			break
		file.write(piece)
print(answer.status)
`;

/**
What fetches, checks and puts in place one file, for an `sh` that reads it from its input: the address gets into no argument, no
environment and no file. A fetch that a broken connection has left behind is ended first, so that two never write one part.
*/
export function fetchScript(fetch: Fetch): string {
	const {url, ca, remote, bytes, sha256, mode, modifiedAt, holeBytes, mostSeconds} = fetch;
	const from = remote.startsWith('/') ? '' : './';
	const trust = (option: string) => (ca === undefined ? '' : `${option}"$part.ca"`);
	return `url=${shellQuote(url)}
remote=${shellQuote(from + remote)}
part=${shellQuote(from + partPath(remote))}
size=${bytes}
sha256=${sha256}
tool=none code=0 http=0
sum() { (openssl dgst -sha256 -r <"$1" || sha256sum <"$1") 2>/dev/null | cut -c 1-64; }
bytes() { stat -c %s -- "$part" 2>/dev/null || echo 0; }
end() { echo "d2cm: $1 $tool $code \${http:-0} $(bytes)"; rm -f -- "$part.lock" "$part.ca"; exit; }
mkdir -p -- "\${remote%/*}/" 2>/dev/null
[ ! -d "$remote" ] || end refused
if [ "$(stat -Lc %s -- "$remote" 2>/dev/null)" = $size ] && [ "$(sum "$remote")" = $sha256 ]; then
	chmod ${mode.toString(8)} -- "$remote" && touch -d @${modifiedAt} -- "$remote" || end refused
	end stored
fi
umask 077
{ true 9>>"$part.lock"; } 2>/dev/null || end refused
exec 9>>"$part.lock"
if command -v flock >/dev/null && ! flock -n 9; then
	for process in /proc/[0-9]*; do
		[ ! "$process/fd/9" -ef "$part.lock" ] || [ \${process#/proc/} = $$ ] || kill \${process#/proc/}
	done
	flock -w 20 9 || { echo "d2cm: busy none 0 0 0"; exit; }
fi
[ "$(bytes)" -le $size ] || rm -f -- "$part"
${ca === undefined ? '' : `printf '%s\\n' ${shellQuote(ca)} >"$part.ca" || end refused`}
if [ "$(bytes)" != $size ]; then
	if command -v curl >/dev/null; then
		tool=curl
		http=$(printf 'url = "%s"\\n' "$url" | timeout ${mostSeconds} curl -q -K - -gsf -C - -o "$part" -w '%{http_code}' \\
			--connect-timeout 20 --speed-limit 1 --speed-time 60 ${trust('--cacert ')} 2>/dev/null)
		code=$?
		# It cannot go on where it was.
		[ $code != 33 ] || rm -f -- "$part"
	elif command -v wget >/dev/null; then
		tool=wget
		printf '%s\\n' "$url" | timeout ${mostSeconds} wget -q -c -O "$part" -i - -T 60 -t 1 ${trust('--ca-certificate=')} 2>/dev/null
		code=$?
	elif command -v python3 >/dev/null; then
		tool=python3
		http=$(printf '%s\\n' "$url" | timeout ${mostSeconds} python3 -c ${shellQuote(pythonFetch)} "$part" ${trust('')} 2>/dev/null)
		code=$?
	else
		end toolless
	fi
fi
[ "$(bytes)" = $size ] || end partial
if [ "$(sum "$part")" != $sha256 ]; then
	rm -f -- "$part"
	end differs
fi
${holeBytes > 0 ? 'fallocate -d -- "$part" 2>/dev/null\n' : ''}chmod ${mode.toString(8)} -- "$part" && touch -d @${modifiedAt} -- "$part" && mv -fT -- "$part" "$remote" || end refused
end stored
`;
}

/** What the script says at its end. */
export function readFetch(output: string): FetchOutcome | undefined {
	const line = /^d2cm: (stored|partial|differs|toolless|refused|busy) (\w+) (\d+) (\d+) (\d+)$/m.exec(output);
	if (!line) {
		return undefined;
	}

	const [, state, tool = '', ...numbers] = line;
	const [exitCode = 0, httpStatus = 0, bytes = 0] = numbers.map(Number);
	return {state: state as FetchOutcome['state'], tool, exitCode, httpStatus, bytes};
}
