import {shellQuote} from './shell-quote.js';

/**
Runs a command as a session of its own, in the inner folder of its task; `$0` is the name of this attempt, whose command is there.
The file `pid` is the one moment of start: only one process can create it, however often and by whomever the start is repeated.
Whatever happens then, the command is not begun a second time.
*/
const daemon = `read -r stat </proc/$$/stat
set -- $stat
read -r boot </proc/sys/kernel/random/boot_id
set -C
if ! true 2>/dev/null >pid; then
	rm -f $0.command $0.errors
	echo begun
	exit 0
fi
set +C
echo "$$ \${22} $boot" >pid || { rm -f pid; exit 1; }
echo begun
exec >/dev/null
task=\${PWD%/*}
cd
"\${SHELL:-/bin/sh}" "$task/.d2cm/$0.command" </dev/null >"$task/out" 2>"$task/err"
echo $? >"$task/code"
`;

/**
What scripts of ours may use. Each process costs a millisecond of an instance and there are hundreds of them on a test machine, so
there are few: \`task_status\` needs none.

\`task_start FOLDER COMMAND\` wants a function \`task_environment\`, which exports. \`task_status FOLDER\` prints one line.
*/
export const shLibrary = `task_daemon=${shellQuote(daemon)}
task_start() {
	cd "$1/.d2cm" 2>/dev/null || { (umask 077; exec mkdir -p "$1/.d2cm") && cd "$1/.d2cm"; } || exit
	[ ! -e pid ] || return 0
	printf '%s\\n' "$2" >$$.command || { rm -f $$.command; exit 1; }
	{ (task_environment; exec setsid sh -c "$task_daemon" $$ </dev/null 2>$$.errors) & } | read -r begun || { cat $$.errors >&2; exit 1; }
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
	read -r boot </proc/sys/kernel/random/boot_id
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
