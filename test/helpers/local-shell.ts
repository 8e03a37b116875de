import {spawn} from 'node:child_process';
import {cp, mkdir, readFile, rename, stat, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {RemoteFileMissingError} from '../../source/engine/ssh/remote-file-missing-error.js';
import type {CommandResult, RunCommandOptions, Shell} from '../../source/engine/ssh/shell.js';

export type LocalShellOptions = {
	/** Put before every command: `['nsenter', '-t', '123', '-m']`. */
	readonly prefix?: readonly string[];
};

/** A Shell whose instance is this very machine: commands are child processes, files are copied. */
export function createLocalShell({prefix = []}: LocalShellOptions = {}): Shell & {readonly commands: string[]} {
	const commands: string[] = [];
	let closed = false;

	return {
		commands,
		run: async (command, options) => {
			commands.push(command);
			return runLocally([...prefix, 'sh', '-c', command], options);
		},
		async writeFile(path, content, {mode = 0o600} = {}) {
			await writeFile(`${path}.new`, content, {mode});
			await rename(`${path}.new`, path);
		},
		readFile: async path => readFile(path),
		async stat(path) {
			try {
				const found = await stat(path);
				const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
				return {kind, size: found.size, mtimeMs: found.mtimeMs};
			} catch {
				return undefined;
			}
		},
		async upload(localPath, remotePath) {
			await mkdir(dirname(remotePath), {recursive: true});
			await cp(localPath, remotePath, {recursive: true});
			return {files: 1, bytes: 0};
		},
		async download(remotePath, localPath) {
			if (!(await this.stat(remotePath))) {
				throw new RemoteFileMissingError('local', remotePath);
			}

			await mkdir(dirname(localPath), {recursive: true});
			await cp(remotePath, localPath, {recursive: true});
			return {files: 1, bytes: 0, sums: []};
		},
		close() {
			closed = true;
		},
		get closed() {
			return closed;
		},
	};
}

async function runLocally(
	[file = 'sh', ...args]: readonly string[],
	{input = '', timeoutMs, signal}: RunCommandOptions = {},
): Promise<CommandResult> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			stdio: 'pipe',
			...(signal ? {signal} : {}),
			...(timeoutMs ? {timeout: timeoutMs} : {}),
		});
		const output = {stdout: '', stderr: ''};
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
		child.once('error', reject);
		// As over SSH, the command has ended when it exits, whatever it left behind with its output open.
		child.once('close', code => resolve({code: code ?? 255, ...output}));
		child.stdin.on('error', () => undefined);
		child.stdin.end(input);
	});
}
