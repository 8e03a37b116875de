import type {Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {TaskNotStartedError} from './task-not-started-error.js';

/** Commands that outlive the connection and run exactly once on an instance, whatever happens to us. */
export type RemoteTaskRunner = {
	/** Begins a command as a daemon. One with this id that was begun before, ever, is left alone. */
	start(shell: Shell, task: RemoteTask): Promise<void>;

	/** How each task stands, in the order asked. One command for all. */
	status(shell: Shell, ids: readonly string[]): Promise<readonly RemoteTaskStatus[]>;

	/** The last part of what it wrote, first its output, then its errors. */
	lastOutput(shell: Shell, id: string): Promise<string>;

	/** Where its `out`, `err` and `code` lie on the instance. */
	folder(id: string): string;
};

export type RemoteTask = {
	/** Letters, digits, dots, hyphens and underscores. */
	readonly id: string;
	/** As the user wrote it, for the login shell; several lines are a script. */
	readonly command: string;
	/** Exported, so that it expands inside the command. */
	readonly environment: Readonly<Record<string, string>>;
};

export type RemoteTaskStatus =
	| {readonly state: 'absent' | 'running'}
	/** `code` is 128 + the signal's number for one that was killed. */
	| {readonly state: 'ended'; readonly code: number}
	/** It runs no more and has left no exit code: the instance was rebooted, or it was killed with all around it. */
	| {readonly state: 'vanished'};

const outputBytes = 16 * 1024;

/**
Runs in the task's folder as a session of its own. The hard link is the one moment of start: it exists with its content or not at
all, and only one process can make it, however often and by whomever the start is repeated.
*/
const runScript = `read -r stat </proc/$$/stat
set -- $stat
echo "$$ \${22} $(cat /proc/sys/kernel/random/boot_id)" >pid.$$ || exit
ln pid.$$ pid 2>/dev/null
first=$?
rm -f pid.$$
[ $first = 0 ] || exit 0
task=$PWD
. ./environment
cd
"\${SHELL:-/bin/sh}" "$task/command" </dev/null >"$task/out" 2>"$task/err"
echo $? >"$task/code.new" && mv "$task/code.new" "$task/code"
`;

/** The tasks of one deployment, under a folder of their own on each instance. */
export function createRemoteTasks(launchKey: string): RemoteTaskRunner {
	const base = `/var/tmp/d2cm/${launchKey.replace(/[^\w.-]/g, character => `%${character.codePointAt(0)?.toString(16)}`)}`;
	const folder = (id: string) => {
		if (!/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) {
			throw new RangeError(`A task cannot be called ${id}.`);
		}

		return `${base}/${id}`;
	};

	return {
		folder,
		async start(shell, {id, command, environment}) {
			const {code, stderr} = await shell.run('sh -s', {input: startScript(folder(id), command, environment)});
			if (code !== 0) {
				throw new TaskNotStartedError(id, stderr.trim());
			}
		},
		async status(shell, ids) {
			if (ids.length === 0) {
				return [];
			}

			const {stdout} = await shell.run('sh -s', {input: statusScript(ids.map(id => folder(id)))});
			const lines = stdout.split('\n');
			return ids.map((_, index) => parseStatus(lines[index] ?? ''));
		},
		async lastOutput(shell, id) {
			const files = ['out', 'err'].map(name => shellQuote(`${folder(id)}/${name}`));
			const command = files.map(file => `tail -c ${outputBytes} ${file} 2>/dev/null`).join('; ');
			return (await shell.run(command)).stdout;
		},
	};
}

/** Written to the standard input of sh, as one compound command: cut off half-way it is no command at all. */
function startScript(folder: string, command: string, environment: Readonly<Record<string, string>>): string {
	const exports = Object.entries(environment).map(([name, value]) => {
		if (!/^[A-Za-z_]\w*$/.test(name)) {
			throw new RangeError(`An environment variable cannot be called ${name}.`);
		}

		return `export ${name}=${shellQuote(value)}\n`;
	});
	const files = {environment: exports.join(''), command: `${command}\n`, run: runScript};
	return `{
mkdir -p -m 700 ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit
[ ! -e pid ] || exit 0
${Object.entries(files)
	.map(([name, content]) => `printf %s ${shellQuote(content)} >${name}.$$ && mv ${name}.$$ ${name} || exit`)
	.join('\n')}
setsid sh run </dev/null >/dev/null 2>start-errors &
tries=0
while [ ! -e pid ] && [ $tries -lt 200 ]; do sleep 0.02; tries=$((tries + 1)); done
[ -e pid ] || { cat start-errors >&2; exit 1; }
exit 0
}
`;
}

function statusScript(folders: readonly string[]): string {
	return `boot=$(cat /proc/sys/kernel/random/boot_id)
status() {
	cd "$1" 2>/dev/null && [ -e pid ] || { echo absent; return; }
	[ ! -e code ] || { echo "ended $(cat code)"; return; }
	read -r pid start of <pid
	now=$(sed 's/.*) //' /proc/$pid/stat 2>/dev/null)
	set -- $now
	# Field 1 is the state and 20 the start time: another process may have got the number.
	if [ "$of" = "$boot" ] && [ "\${20}" = "$start" ] && [ "$1" != Z ]; then
		echo running
	elif [ -e code ]; then
		echo "ended $(cat code)"
	else
		echo vanished
	fi
}
${folders.map(folder => `status ${shellQuote(folder)}`).join('\n')}
`;
}

function parseStatus(line: string): RemoteTaskStatus {
	const [state, code] = line.split(' ');
	switch (state) {
		case 'ended':
			return {state, code: Number(code)};
		case 'running':
		case 'absent':
		case 'vanished':
			return {state};
		default:
			throw new Error(`The instance says of a task: ${line}`);
	}
}
