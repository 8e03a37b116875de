import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {NoSftpError} from '../../../source/engine/ssh/login-refused-error.js';
import type {Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

const noises = [
	['prints a line', 'echo "Welcome to the cluster"'],
	['prints without a newline', 'printf loading'],
	['prints megabytes', 'head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2'],
	['sets -e', 'set -e'],
	['asks something', 'read -p "Proceed? " answer; echo "$answer"'],
] as const;

describe('an sshd that others configured', () => {
	let started: StartedInstances;
	let target: ShellTarget;
	let setUp: Shell;

	/** What the instance is to be like; the connection that sets it up is not changed by it. */
	const make = async (script: string) => {
		const result = await setUp.script?.(script);
		assert.equal(result?.code, 0, result?.stderr);
	};
	const withShell = async (work: (shell: Shell) => Promise<void>) => {
		const shell = await connectSsh2(target);
		try {
			await work(shell);
		} finally {
			shell.close();
		}
	};

	before(async () => {
		started = await startSshdInstances(1);
		const [first] = started.targets;
		assert.ok(first);
		target = first;
		setUp = await connectSsh2(target);
		await make('cp /etc/ssh/sshd_config /root/sshd_config.first');
	});
	after(async () => {
		setUp.close();
		await started.end();
	});

	for (const [what, line] of noises) {
		test(`runs scripts and brings files though .bashrc ${what}`, {timeout: 60_000}, async () => {
			await make(`printf '%s\\n' '${line}' >/root/.bashrc`);
			try {
				await withShell(async shell => {
					const result = await shell.script?.('echo said; cat; exit 4', {input: Buffer.from('input')});
					assert.equal(result?.stdout.toString(), 'said\ninput');
					assert.equal(result.code, 4);
					if (what !== 'asks something') {
						await shell.writeFile('/root/noisy', what);
						assert.equal((await shell.readFile('/root/noisy')).toString(), what);
					}
				});
			} finally {
				await make('rm /root/.bashrc');
			}
		});
	}

	for (const [what, edit] of [
		['no Subsystem sftp', '/^Subsystem/d'],
		['a Subsystem sftp whose program is missing', 's|^Subsystem.*|Subsystem sftp /nowhere/sftp-server|'],
	] as const) {
		test(`files travel where sshd has ${what}`, {timeout: 60_000}, async () => {
			await make(
				`sed '${edit}' /root/sshd_config.first >/etc/ssh/sshd_config; kill -HUP "$(cat /run/sshd.pid)"; sleep 1`,
			);
			await withShell(async shell => {
				await shell.writeFile('/root/by-command', what);
				assert.equal((await shell.readFile('/root/by-command')).toString(), what);
			});
		});
	}

	test('a server without any SFTP is said in one sentence at once, and is no lost connection', {
		timeout: 60_000,
	}, async () => {
		await make("printf '%s\\n' 'exit 127' >/root/.bashrc");
		try {
			await withShell(async shell => {
				await assert.rejects(shell.readFile('/root/noisy'), error => {
					assert.ok(error instanceof NoSftpError, String(error));
					assert.equal(error.sort, 'user');
					return true;
				});
				await assert.rejects(async () => shell.script?.('true'), {name: 'LoginShellError', sort: 'user'});
			});
		} finally {
			await make('rm /root/.bashrc');
		}
	});
});
