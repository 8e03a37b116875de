import type {Shell} from '../ssh/shell.js';

/** Commands that outlive the connection and run exactly once on an instance, whatever happens to us. */
export interface RemoteTasks {
	/** Begins a command as a daemon. A task with this id that was begun before, ever, is left alone. */
	start(shell: Shell, task: RemoteTask): Promise<void>;

	/** How each task stands, in the order asked. */
	status(shell: Shell, ids: readonly string[]): Promise<readonly RemoteTaskStatus[]>;

	/** The last part of what it wrote, both outputs. */
	lastOutput(shell: Shell, id: string): Promise<string>;

	/** Where its `out`, `err` and `code` lie on the instance. */
	folder(id: string): string;
}

export type RemoteTask = {
	/** Letters, digits and hyphens. */
	readonly id: string;
	/** As the user wrote it, for the login shell. */
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
