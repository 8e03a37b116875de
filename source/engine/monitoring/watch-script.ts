import {collectdConf, fineSeconds, stepSeconds} from './collectd-conf.js';

/**
The part of monitoring that runs on the instance, as a POSIX shell script: `watch.sh begin`, `watch.sh export FROM` and
`watch.sh finish FROM`, where FROM is the Unix time of the last point fetched, 0 for none. `install` is only for itself.

Each prints one line `d2cm-watch STATE NOW MORE`: STATE is running, installing, failed (to be installed, or to start) or
finished, NOW the instance's own Unix time, MORE is 1 when the export ended early and should be asked for again. Then,
when it failed, the last lines of the log; or, when something was measured, an `rrdtool xport` document.
*/
export function watchScript(folder: string): string {
	return `#!/bin/sh
dir='${folder}'
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/opt/collectd/sbin
LC_ALL=C
export PATH LC_ALL
umask 077

has_all() {
	command -v collectd >/dev/null && command -v rrdtool >/dev/null || return 1
	for plugin in /usr/lib/collectd /usr/lib64/collectd /usr/lib/*/collectd /usr/local/lib/collectd /opt/collectd/lib/collectd; do
		[ -f "$plugin/rrdtool.so" ] && return 0
	done
	return 1
}

is_ours() { # PID WORD: lives and has this word in its command line, so that a pid used again does not deceive us
	[ -n "$1" ] && tr '\\0' '\\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF "$2"
}

is_running() { is_ours "$(cat "$dir/pid" 2>/dev/null)" "$dir/collectd.conf"; }

is_installing() { is_ours "$(cat "$dir/install.pid" 2>/dev/null)" "$dir/watch.sh"; }

start() { # under a lock: the installation and a fetch may both come to start it
	(
		flock -w 20 9 || exit 1
		is_running && exit 0
		cat >"$dir/collectd.conf" <<'CONF'
${collectdConf(folder)}CONF
		[ -s "$dir/started" ] || date +%s >"$dir/started"
		rm -f "$dir/collectd.log"
		collectd -C "$dir/collectd.conf" </dev/null >"$dir/start.log" 2>&1 9>&- || exit 1
		attempt=0 # its process writes the pid only after this one has returned, which takes a while on a busy guest
		until is_running; do
			attempt=$((attempt + 1))
			[ "$attempt" -lt 75 ] || exit 1
			sleep 0.2
		done
	) 9>"$dir/lock"
}

install() {
	lock_conf=/etc/apt/apt.conf.d/99d2cm-wait
	limit=
	command -v timeout >/dev/null && limit='timeout 1200'
	if command -v apt-get >/dev/null; then
		# While ours runs, an apt-get of the user's own start script has to wait for the lock instead of failing.
		[ -w /etc/apt/apt.conf.d ] && echo 'DPkg::Lock::Timeout "900";' >"$lock_conf" && chmod 644 "$lock_conf"
		trap 'rm -f "$lock_conf"' EXIT
		get="$limit nice -n 10 apt-get -q -y -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=900"
		export DEBIAN_FRONTEND=noninteractive
		$get install --no-install-recommends collectd-core rrdtool || {
			$get update && $get install --no-install-recommends collectd-core rrdtool
		}
	elif command -v dnf >/dev/null; then
		$limit nice -n 10 dnf -y install collectd collectd-rrdtool rrdtool
	elif command -v zypper >/dev/null; then
		$limit nice -n 10 zypper --non-interactive install collectd rrdtool
	else
		echo 'd2cm: no package manager'
	fi
	rm -f "$lock_conf"
	has_all && start
	echo "d2cm: installation ended"
	rm -f "$dir/install.pid"
}

say() { echo "d2cm-watch $1 $(date +%s) \${2:-0}"; }

explain() {
	say failed
	tail -n 15 "$dir/install.log" "$dir/start.log" "$dir/collectd.log" 2>/dev/null
}

begin() {
	rm -f "$dir/finished"
	if is_running; then
		say running
	elif is_installing; then
		say installing
	elif has_all; then
		if start; then say running; else explain; fi
	else
		rm -f "$dir/install.log"
		setsid sh "$dir/watch.sh" install </dev/null >"$dir/install.log" 2>&1 &
		echo $! >"$dir/install.pid"
		say installing
	fi
}

total_memory() { # what there is beside what is used, as the kernel says it
	kib=$(sed -n 's/^MemTotal: *\\([0-9][0-9]*\\) kB$/\\1/p' /proc/meminfo)
	[ -n "$kib" ] && [ -f memory/memory-used.rrd ] || return
	definitions="$definitions DEF:used=memory/memory-used.rrd:value:AVERAGE CDEF:total=used,0,*,$kib,+,1024,*"
	columns="$columns XPORT:total:memory-total"
}

column() { # LEGEND FILE DATA-SOURCE
	[ -f "$2" ] || return
	count=$((count + 1))
	definitions="$definitions DEF:v$count=$2:$3:AVERAGE"
	columns="$columns XPORT:v$count:$1"
}

export_new() { # FROM
	cd "$dir/rrd/node" 2>/dev/null || { say "$state"; return; }
	count=0 definitions='' columns='' more=0
	for value in idle user system wait; do column "cpu-$value" "cpu/percent-$value.rrd" value; done
	for value in used free cached buffered; do column "memory-$value" "memory/memory-$value.rrd" value; done
	total_memory
	for value in shortterm midterm longterm; do column "load-$value" load/load.rrd "$value"; done
	now=$(date +%s) from=$1
	[ "$from" -gt 0 ] || from=$(($(cat "$dir/started" 2>/dev/null || echo "$now") / ${stepSeconds} * ${stepSeconds}))
	end=$now
	# rrdtool takes one resolution for all of an export: the older part, which has only a coarse one left, goes first.
	[ $((now - from)) -gt ${fineSeconds - 150} ] && end=$((now - ${fineSeconds - 300})) more=1
	say "$state" "$more"
	[ "$count" -gt 0 ] && [ "$from" -lt "$end" ] || return 0
	rrdtool xport --json --showtime --maxrows 1000000 --step ${stepSeconds} --start "$from" --end "$end" $definitions $columns
}

stop() {
	pid=$(cat "$dir/pid" 2>/dev/null)
	is_running && kill "$pid"
	attempt=0
	while is_running && [ "$attempt" -lt 50 ]; do
		attempt=$((attempt + 1))
		sleep 0.2
	done
}

was_set_back() { # an RRD takes nothing that is older than its last value, for as long as the clock was set back
	last=$(rrdtool last "$dir/rrd/node/load/load.rrd" 2>/dev/null) && [ "$last" -gt $(($(date +%s) + 60)) ]
}

begin_anew() {
	stop
	mv "$dir/rrd/node" "$dir/rrd/before-$(date +%s)"
	date +%s >"$dir/started"
	start
}

finish() {
	: >"$dir/finished"
	stop
	state=finished
	export_new "$1"
}

fetch() {
	state=running
	if [ -f "$dir/finished" ]; then
		state=finished
	elif ! is_running; then
		if is_installing; then say installing; return; fi
		if ! has_all || ! start; then explain; return; fi
	elif was_set_back; then
		begin_anew || { explain; return; }
	fi
	export_new "$1"
}

case $1 in
begin) begin ;;
install) install ;;
export) fetch "$2" ;;
finish) finish "$2" ;;
esac
`;
}
