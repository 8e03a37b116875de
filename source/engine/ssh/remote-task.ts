import {runScript} from './run-script.js';
import type {Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {TaskNotStartedError} from './task-not-started-error.js';

/** Commands that outlive the connection and run exactly once on an instance, whatever happens to us. */
export type RemoteTaskRunner = {
	/** Begins a command as a daemon, and tells how it stands. One with this id that was begun before, ever, is left alone. */
	start(shell: Shell, task: RemoteTask): Promise<RemoteTaskStatus>;

	/** How each task stands, in the order asked. One command for all. */
	status(shell: Shell, ids: readonly string[]): Promise<readonly RemoteTaskStatus[]>;

	/**
	How a task ended, as soon as the instance says so by itself. It need not: one begun by an earlier process, or over a connection that
	broke, is only learnt of by asking. Left out where that is always so.
	*/
	whenEnded?(shell: Shell, id: string, signal: AbortSignal): Promise<RemoteTaskStatus>;

	/**
	Ends those commands that still run, with all that belongs to their sessions: by SIGTERM, and by SIGKILL what is there some time
	later. Returns how many ran.
	*/
	stop(shell: Shell, ids: readonly string[]): Promise<number>;

	/** The last part of what it wrote. */
	lastOutput(shell: Shell, id: string): Promise<TaskOutput>;

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

export type TaskOutput = {readonly stdout: string; readonly stderr: string};

export type RemoteTaskStatus =
	| {readonly state: 'absent' | 'running'}
	/** `code` is 128 + the signal's number for one that was killed. */
	| {readonly state: 'ended'; readonly code: number}
	/** It runs no more and has left no exit code: the instance was rebooted, or it was killed with all around it. */
	| {readonly state: 'vanished'};

const outputBytes = 16 * 1024;

/**
The tasks of one deployment, under a folder of their own on each instance.

@param graceSeconds How long those that are stopped have to end by themselves.
*/
export function createRemoteTasks(launchKey: string, graceSeconds = 30): RemoteTaskRunner {
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
			const script = startScript(folder(id), command, environment);
			const {code, stdout, stderr} = await runScript(shell, script);
			const said = stdout.toString().trim();
			if (code !== 0 || said === '' || said === 'absent') {
				throw new TaskNotStartedError(id, stderr.trim());
			}

			return parseStatus(said);
		},
		async status(shell, ids) {
			if (ids.length === 0) {
				return [];
			}

			const {stdout} = await runScript(shell, statusScript(ids.map(id => folder(id))), {inPlace: true});
			const lines = stdout.toString().split('\n');
			return ids.map((_, index) => parseStatus(lines[index] ?? ''));
		},
		async whenEnded(shell, id, signal) {
			const code = await (shell.whenSaid?.(folder(id), signal) ?? new Promise<never>(() => undefined));
			return {state: 'ended', code: Number(code)};
		},
		async stop(shell, ids) {
			const script = stopScript(
				ids.map(id => folder(id)),
				graceSeconds,
			);
			const {code, stdout, stderr} = await runScript(shell, script, {timeoutMs: 3000 * graceSeconds});
			const stopped = Number(stdout.toString().trim() || Number.NaN);
			if (code !== 0 || Number.isNaN(stopped)) {
				throw new Error(`The instance says of the end of scripts: ${stdout}${stderr}`);
			}

			return stopped;
		},
		async lastOutput(shell, id) {
			const lastOf = async (name: string) => {
				const {stdout} = await shell.run(`tail -c ${outputBytes} ${shellQuote(`${folder(id)}/${name}`)} 2>/dev/null`);
				return stdout;
			};
			return {stdout: await lastOf('out'), stderr: await lastOf('err')};
		},
	};
}

/** As one compound command: cut off half-way it is no command at all. */
function startScript(folder: string, command: string, environment: Readonly<Record<string, string>>): string {
	const exports = Object.entries(environment).map(([name, value]) => {
		if (!/^[A-Za-z_]\w*$/.test(name)) {
			throw new RangeError(`An environment variable cannot be called ${name}.`);
		}

		return ` ${name}=${shellQuote(value)}`;
	});
	return `{
task_environment() { ${exports.length > 0 ? `export${exports.join('')}` : ':'}; }
task_start ${shellQuote(folder)} ${shellQuote(command)}
exit
}
`;
}

const statusScript = (folders: readonly string[]) => `{
${folders.map(folder => `task_status ${shellQuote(folder)}\n`).join('')}}
`;

/**
The command of a task is the one child of the process that `pid` names, and leads a session. `sed` finds it, and later all of the
session, in what the kernel says: PID (NAME) STATE PARENT GROUP SESSION.
*/
const stopScript = (folders: readonly string[], graceSeconds: number) => `{
sessions=
count=0
stats() { sed -n "$1" /proc/[0-9]*/stat 2>/dev/null; }
members() {
	for session in $sessions; do
		stats "s/^\\([0-9]*\\) (.*) [^ZX] [0-9]* [0-9]* $session .*/\\1/p"
	done
}
end_all() {
	for pid in $(members); do kill -s "$1" "$pid" 2>/dev/null; done
}
for task in ${folders.map(shellQuote).join(' ')}; do
	[ "$(task_status "$task")" = running ] && read -r pid rest <"$task/.d2cm/pid" || continue
	sessions="$sessions $(stats "s/^\\([0-9]*\\) (.*) [^ZX] $pid [0-9]* \\1 .*/\\1/p")"
	count=$((count + 1))
done
end_all TERM
tries=0
while [ -n "$(members)" ]; do
	tries=$((tries + 1))
	[ $tries -lt ${2 * graceSeconds} ] || { end_all KILL; break; }
	sleep 0.5
done
echo $count
}
`;

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
