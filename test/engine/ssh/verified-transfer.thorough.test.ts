import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {readdirSync} from 'node:fs';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {LocalFileError} from '../../../source/engine/ssh/local-file-error.js';
import {RemoteFileError} from '../../../source/engine/ssh/remote-file-error.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {VerificationError} from '../../../source/engine/ssh/verification-error.js';
import {needsRoot} from '../../helpers/needs.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

describe('a transfer', () => {
	let started: StartedInstances;
	let shell: Shell;
	let here: (name: string) => string;

	before(async () => {
		started = await startSshdInstances(1, {diskSize: '8m'});
		const [target] = started.targets;
		assert.ok(target);
		shell = await connectSsh2(target);
		here = name => join(started.folder, name);
	});
	after(async () => {
		shell.close();
		await started.end();
	});

	/** From now on the instance computes wrong sums; the function ends it. */
	const lie = async (script: string) => {
		await shell.run('mkdir -p bin; echo "PATH=/root/bin:$PATH" >.bashrc');
		await shell.writeFile('bin/sha256sum', `#!/bin/sh\n${script}\n`, {mode: 0o755});
		return async () => shell.run('rm -r bin .bashrc');
	};

	test('that fills the disk of the instance says so, leaves nothing and keeps what was there', async () => {
		await writeFile(here('large'), randomBytes(10_000_000));
		await shell.writeFile('/tmp/large', 'as it was');
		await assert.rejects(shell.upload(here('large'), '/tmp/large'), (error: unknown) => {
			assert.ok(error instanceof RemoteFileError);
			assert.equal(error.reason, 'disk-full');
			return true;
		});
		await assert.rejects(shell.writeFile('/tmp/large', randomBytes(10_000_000)), RemoteFileError);
		assert.equal((await shell.run('cat /tmp/large; ls -A /tmp')).stdout, 'as it waslarge\n');
	});

	test('to where the instance lets nobody write is refused with the path', async () => {
		await writeFile(here('small'), 'x');
		for (const writing of [shell.writeFile('/sys/d2cm', 'x'), shell.upload(here('small'), '/sys/kernel/d2cm')]) {
			await assert.rejects(writing, (error: unknown) => {
				assert.ok(error instanceof RemoteFileError);
				assert.equal(error.reason, 'permission-denied');
				assert.match(error.message, /\/sys\//);
				return true;
			});
		}
	});

	test('of a file to where a folder is, or back, is refused and changes neither', async () => {
		await shell.run('mkdir -p /tmp/folder; echo in >/tmp/folder/inner');
		await assert.rejects(shell.upload(here('small'), '/tmp/folder'), RemoteFileError);
		assert.equal((await shell.run('ls -A /tmp/folder; ls -A /tmp | grep d2cm')).stdout, 'inner\n');
		await mkdir(here('taken'));
		await assert.rejects(shell.download('/tmp/folder/inner', here('taken')), LocalFileError);
		await assert.rejects(shell.download('/tmp/folder', here('small')), LocalFileError);
		assert.equal(await readFile(here('small'), 'utf8'), 'x');
	});

	test('of a log that grows meanwhile gives its beginning, verified', async () => {
		const writer = shell.run('while [ ! -e /tmp/stop ]; do echo more and more; sleep 0.002; done >/tmp/log');
		while (((await shell.stat('/tmp/log'))?.size ?? 0) < 300) {
			// It begins.
		}

		const {sums, bytes} = await shell.download('/tmp/log', here('log'));
		const whole = await shell.readFile('/tmp/log');
		await shell.run('touch /tmp/stop');
		await writer;
		const copy = await readFile(here('log'));
		assert.equal(sums.length, 1);
		assert.equal(copy.length, bytes);
		assert.ok(whole.subarray(0, copy.length).equals(copy));
	});

	test('that finds the remains of another file starts from zero', async () => {
		await shell.run('mkdir -p /tmp/old; head -c 500000 /dev/zero | tr "\\0" o >/tmp/old/result');
		await shell.download('/tmp/old/result', here('result'));
		const {code} = await shell.run('head -c 600000 /dev/urandom >/tmp/old/result');
		assert.equal(code, 0);
		const [part = ''] = await partOf('result');
		await writeFile(here(part), 'o'.repeat(300_000));
		await shell.download('/tmp/old/result', here('result'));
		assert.ok((await readFile(here('result'))).equals(await shell.readFile('/tmp/old/result')));
		// Longer than the file is now.
		await writeFile(here(part), 'o'.repeat(700_000));
		await shell.download('/tmp/old/result', here('result'));
		assert.ok((await readFile(here('result'))).equals(await shell.readFile('/tmp/old/result')));
	});

	/** The name under which a file grows, found by letting one fail. */
	const partOf = async (name: string) => {
		const truth = await lie('echo nothing');
		await shell.writeFile('/tmp/any', 'any');
		const before = await readdir(started.folder);
		const seen = new Set<string>();
		const onProgress = () => {
			for (const entry of readdirSync(started.folder)) {
				seen.add(entry);
			}
		};
		const looking = shell.download('/tmp/any', here(name), {onProgress});
		await assert.rejects(looking, VerificationError);
		await truth();
		return [...seen].filter(entry => !before.includes(entry) && entry.endsWith('.part'));
	};

	test('whose sums differ twice is an error, and the good copy stays', async () => {
		await shell.writeFile('/tmp/good', 'good');
		await shell.download('/tmp/good', here('good'));
		await shell.writeFile('/tmp/good', 'changed');
		const truth = await lie(
			'for f; do shift; [ "$f" = -- ] && break; done; for f; do echo "$(printf %064d 0)  $f"; done',
		);
		await assert.rejects(shell.download('/tmp/good', here('good')), VerificationError);
		await writeFile(here('small'), 'x');
		await assert.rejects(shell.upload(here('small'), '/tmp/up'), VerificationError);
		await truth();
		assert.equal(await readFile(here('good'), 'utf8'), 'good');
		assert.equal(await shell.stat('/tmp/up'), undefined);
		await shell.download('/tmp/good', here('good'));
		assert.equal(await readFile(here('good'), 'utf8'), 'changed');
	});

	test('whose sums differ once is done again and succeeds', async () => {
		await shell.writeFile('/tmp/once', 'once');
		const truth = await lie(
			'[ -e /tmp/lied ] && exec /usr/bin/sha256sum "$@"; cat >/dev/null; [ -n "$1" ] || touch /tmp/lied',
		);
		await shell.download('/tmp/once', here('once'));
		await truth();
		assert.equal(await readFile(here('once'), 'utf8'), 'once');
	});

	test('for which this disk has no room is not begun, says so, and comes once there is', needsRoot, async () => {
		const small = here('small-disk');
		await mkdir(small);
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
		try {
			await shell.run('mkdir /tmp/much && cd /tmp/much && head -c 3000000 /dev/urandom >data && truncate -s 1G hole');
			await assert.rejects(shell.download('/tmp/much', join(small, 'much')), {
				name: 'NotEnoughDiskError',
				message: /There is not enough room below .*small-disk: .* are free, .* are to come\.$/,
			});
			assert.deepEqual((await readdir(small, {recursive: true})).toSorted(), ['much']);
			await shell.run('cd /tmp/much && head -c 300000 /dev/urandom >data');
			assert.equal((await shell.download('/tmp/much', join(small, 'much'))).bytes, 2 ** 30 + 300_000);
		} finally {
			execFileSync('umount', [small]);
			await shell.run('rm -r /tmp/much');
		}
	});
});
