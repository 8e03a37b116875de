import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {createConnectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {type StartedInstances, startSshdInstances, whenAnswering} from '../../helpers/start-sshd-instances.js';

let started: StartedInstances;
let target: ShellTarget;
/** Connected before anything was changed; its kept sh changes the instance, and back. */
let clean: Shell;
const connect = createConnectSsh2({readyTimeoutMs: 5000});

before(async () => {
	started = await startSshdInstances(1);
	const [first] = started.targets;
	assert.ok(first);
	target = first;
	clean = await connect(target);
	await change('cp /etc/passwd /etc/ssh/sshd_config /run/ && touch /root/.bashrc && cp /root/.bashrc /run/');
});
after(async () => {
	clean.close();
	await started.end();
});

async function change(script: string): Promise<void> {
	const result = await clean.script?.(script);
	assert.equal(result?.code, 0, result?.stderr);
}

const restore = 'cp /run/passwd /etc/passwd; cp /run/.bashrc /root/.bashrc';

/** All that D2CM does on an instance, several things at once. */
async function doAll(shell: Shell): Promise<void> {
	const folder = join(started.folder, 'sent');
	await mkdir(join(folder, 'sub'), {recursive: true});
	await writeFile(join(folder, 'sub', 'file'), 'content\n');
	const results = await Promise.all([
		shell.script?.(`printf 'a\\nb!\\n'`),
		shell.run(`echo "it's"; [ -n "$BASH_VERSION" ] || echo 'sh\\n'`),
		shell.run('cat', {input: 'given\n'}),
		shell.upload(folder, '/root/sent'),
		shell.readFile('/etc/hostname'),
	]);
	assert.equal(String(results[0]?.stdout), 'a\nb!\n');
	assert.match(results[1].stdout, /^it's\n/);
	assert.equal(results[2].stdout, 'given\n');
	await shell.download('/root/sent', join(started.folder, 'back'));
	assert.equal(await readFile(join(started.folder, 'back', 'sub', 'file'), 'utf8'), 'content\n');
}

const startUpFiles = {
	'prints lines': 'echo Welcome; echo to the cluster',
	'prints something without a newline': 'printf "module loaded"',
	'prints megabytes': 'head -c 3000000 /dev/zero | tr "\\0" "x"',
	'asks something': 'echo -n "Which project? "; read project',
	'sets -e and -u': 'set -eu',
	'prints what looks like an answer of ours': 'echo "d2cm-0123456789abcdef:1:0;"',
};

for (const [what, line] of Object.entries(startUpFiles)) {
	test(`with a .bashrc that ${what}, commands, scripts and files work, and nothing of it is in their output`, async () => {
		await change(`echo ${"'"}${line}${"'"} >/root/.bashrc`);
		const shell = await connect(target);
		try {
			await doAll(shell);
		} finally {
			shell.close();
			await change(restore);
		}
	});
}

for (const name of ['rbash', 'fish', 'tcsh', 'zsh', 'dash'].filter(name => existsSync(`/bin/${name}`))) {
	test(`with ${name} as the login shell, commands, scripts and files work`, async () => {
		await change(`sed -i "s#^\\(root:.*:\\)[^:]*#\\1/bin/${name}#" /etc/passwd`);
		const shell = await connect(target);
		try {
			await doAll(shell);
		} finally {
			shell.close();
			await change(restore);
		}
	});
}

const useless = {
	'/usr/sbin/nologin': /runs no commands: it ended with exit code 1, and says “This account is currently not available/,
	'/bin/false': /runs no commands: it ended with exit code 1\./,
};

for (const [name, message] of Object.entries(useless)) {
	test(`with ${name} as the login shell, one sentence says so at once, whatever is asked`, async () => {
		await change(`sed -i "s#^\\(root:.*:\\)[^:]*#\\1${name}#" /etc/passwd`);
		const shell = await connect(target);
		try {
			const refused = {name: 'LoginShellError', message, hint: /login shell in the image/};
			await assert.rejects(shell.run('echo'), refused);
			await assert.rejects(async () => shell.script?.('echo'), refused);
			await assert.rejects(shell.readFile('/etc/hostname'), refused);
		} finally {
			shell.close();
			await change(restore);
		}
	});
}

test('a .bashrc that starts another shell is named among what may do such a thing, and ends the wait', async () => {
	await change('echo "exec sleep 1000" >/root/.bashrc');
	const shell = await connect(target);
	try {
		await assert.rejects(async () => shell.script?.('echo'), {
			name: 'LoginShellError',
			message: /nothing came of it within/,
		});
	} finally {
		shell.close();
		await change(restore);
	}
});

const servers = {
	'without a subsystem for SFTP': '/^Subsystem/d',
	'whose program for SFTP is not there': 's#^Subsystem.*#Subsystem sftp /nowhere/sftp-server#',
	'that allows two sessions on a connection': '$aMaxSessions 2',
	'that allows one session on a connection': '$aMaxSessions 1',
	'that lets two at once knock': '$aMaxStartups 2',
};

for (const [what, edit] of Object.entries(servers)) {
	test(`with an sshd ${what}, commands, scripts and files work`, async () => {
		const setUp = async (script: string) => {
			await change(`${script} /etc/ssh/sshd_config; kill -HUP 1`);
			await sleep(300);
			await whenAnswering(target);
		};
		await setUp(`sed -i '${edit}'`);
		const shell = await connect(target);
		try {
			await doAll(shell);
		} finally {
			shell.close();
			await setUp('cp /run/sshd_config');
		}
	});
}

test('an instance without any SFTP server is one sentence at once, and its commands work', async () => {
	await change(
		`sed -i /^Subsystem/d /etc/ssh/sshd_config; mount --bind /dev/null /usr/lib/openssh/sftp-server; kill -HUP 1`,
	);
	await sleep(300);
	await whenAnswering(target);
	const shell = await connect(target);
	try {
		await assert.rejects(shell.readFile('/etc/hostname'), {
			name: 'NoSftpError',
			message: /worker-1 has no SFTP: its sshd starts none/,
			hint: /openssh-sftp-server/,
		});
		assert.equal((await shell.run('echo said')).stdout, 'said\n');
	} finally {
		shell.close();
	}
});
