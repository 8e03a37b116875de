/**
What scripts of ours may use. Each process costs a millisecond of an instance and there are hundreds of them on a test machine, so
there are few: `task_status` needs none.

`task_start FOLDER COMMAND` wants a function `task_environment`, which exports; it runs the command as a session of its own and prints
how it stands. The file `pid` is the one moment of start: only one process can create it, however often and by whomever the start is
repeated. Whatever happens then, the command is not begun a second time. The script that calls it is over when the command is begun,
because until then the daemon holds its outputs. At the end the daemon says so on file descriptor 4, if there is one.

`task_status FOLDER` prints one line.

`store_part PATH...` unpacks the archive on its standard input, whose first part all these paths begin with, and gives them their places
here once the sums in it are right. `list_small PATH...` and `fetch_all FILE...` are for `downloadBundle`. BLAKE2b needs less than half
the time of SHA-256, where the processor has no instructions for that.
*/
export const shLibrary = `read -r boot </proc/sys/kernel/random/boot_id
sum=b2sum
command -v b2sum >/dev/null || sum=sha256sum
list_small() {
	# Says at the end whether all could be read.
	{
		LC_ALL=C find "$@" -printf '%y %s %b %m %T@ %H\\0%P\\0%l\\0' 2>/dev/null && printf 'all\\0' || printf 'some\\0'
	} | head -c 65536
}
fetch_all() {
	export LC_ALL=C
	# The sums first: what changes between the two is seen.
	$sum -- "$@" && echo && exec tar -cPf - --format=gnu --hard-dereference -- "$@"
}
store_part() {
	stage=\${1%%/*}
	[ ! -e $stage ] || rm -rf $stage
	tar -xpof - && { [ ! -s $stage/$sum ] || $sum -c $stage/$sum >/dev/null; } && mv -f -- "$@" ./ && rm -rf $stage ||
		{ rm -rf $stage; exit 1; }
}
task_start() {
	cd "$1/.d2cm" 2>/dev/null || { (umask 077; exec mkdir -p "$1/.d2cm") && cd "$1/.d2cm"; } || exit
	[ ! -e pid ] || { task_status "$1"; return; }
	printf '%s\\n' "$2" >$$.command || { rm -f $$.command; exit 1; }
	(task_daemon "$1") </dev/null &
}
task_daemon() {
	read -r stat </proc/self/stat
	set -C
	if ! true 2>/dev/null >pid; then
		rm -f $$.command
		task_status "$1"
		exit
	fi
	set +C
	task=$1
	set -- \${stat##*) }
	echo "\${stat%% *} \${20} $boot" >pid || { rm -f pid; exit 1; }
	trap : PIPE # Who started it may be gone. The command itself is to have what is usual, as it would not after an empty trap.
	echo running
	exec >/dev/null 2>&1
	(cd; task_environment; exec setsid "\${SHELL:-/bin/sh}" "$task/.d2cm/$$.command") >"$task/out" 2>"$task/err" 4>&-
	code=$?
	echo $code >"$task/code" && echo "$code $task" >&4
}
task_status() {
	[ -e "$1/.d2cm/pid" ] || { echo absent; return; }
	[ ! -s "$1/code" ] || { read -r code <"$1/code"; echo "ended $code"; return; }
	# Empty for the moment between its creation and its content; for longer only when the machine died in between.
	tries=0
	until read -r pid start of <"$1/.d2cm/pid"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { echo vanished; return; }
		sleep 0.1
	done 2>/dev/null
	# A process that only got the number again would not be in this folder. Asked first, since sh reads /proc/PID/stat byte by byte:
	# 300 system calls for each question, on hundreds of instances.
	[ ! /proc/$pid/cwd -ef "$1/.d2cm" ] || { echo running; return; }
	stat=
	{ read -r stat </proc/$pid/stat; } 2>/dev/null
	task=$1
	set -- \${stat##*) }
	# Field 1 is the state and 20 the start time: another process may have got the number.
	if [ "$of" = "$boot" ] && [ "\${20}" = "$start" ] && [ "$1" != Z ]; then
		echo running
	elif [ -s "$task/code" ]; then
		read -r code <"$task/code"
		echo "ended $code"
	else
		echo vanished
	fi
}
`;
