import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {CancelledError} from '../../source/engine/errors/cancelled-error.js';
import {CommandTimedOutError} from '../../source/engine/ssh/command-timed-out-error.js';
import {LocalFileError} from '../../source/engine/ssh/local-file-error.js';
import {RemoteFileMissingError} from '../../source/engine/ssh/remote-file-missing-error.js';
import type {Shell} from '../../source/engine/ssh/shell.js';

export type ShellUnderTest = {
	readonly shell: Shell;
	/** Ends the instance. */
	close(): Promise<void>;
};

/** What the port `Shell` promises, asked of one adapter with a real instance behind it. */
export function shellSuite(name: string, makeShell: () => Promise<ShellUnderTest>): void {
	describe(`the shell port, by ${name}`, () => {
		let tested: ShellUnderTest;
		let shell: Shell;
		let here = '';

		before(async () => {
			here = await mkdtemp(join(tmpdir(), 'd2cm-shell-'));
			tested = await makeShell();
			({shell} = tested);
		});
		after(async () => {
			await tested.close();
			await rm(here, {recursive: true});
		});

		test('a command gives its exit code and both outputs', async () => {
			assert.deepEqual(await shell.run('echo out; echo err >&2; exit 7'), {code: 7, stdout: 'out\n', stderr: 'err\n'});
			assert.equal((await shell.run('kill -TERM $$')).code, 128 + 15);
		});

		test('a command reads what it is given, and no more', async () => {
			const input = `${randomBytes(1_000_000).toString('hex')}\n`;
			assert.equal((await shell.run('cat', {input})).stdout, input);
			assert.equal((await shell.run('cat')).stdout, '');
			assert.equal((await shell.run('exec true', {input})).code, 0);
		});

		test('thirty commands at once all end well', async () => {
			const results = await Promise.all(Array.from({length: 30}, async (_, index) => shell.run(`echo ${index}`)));
			assert.deepEqual(
				results.map(({stdout}) => stdout),
				results.map((_, index) => `${index}\n`),
			);
		});

		test('of a long output the end is kept', async () => {
			const {stdout, code} = await shell.run('head -c 20000000 /dev/zero | tr "\\0" x; echo end');
			assert.equal(code, 0);
			assert.equal(stdout.length, 16 * 1024 * 1024);
			assert.ok(stdout.endsWith('xend\n'));
		});

		test('a command that takes too long, or is not wanted any more, is waited for no longer', async () => {
			const beginning = Date.now();
			await assert.rejects(shell.run('sleep 300', {timeoutMs: 100}), CommandTimedOutError);
			await assert.rejects(shell.run('sleep 300', {signal: AbortSignal.timeout(100)}), CancelledError);
			assert.ok(Date.now() - beginning < 60_000);
			await assert.rejects(shell.run('touch /tmp/never', {signal: AbortSignal.abort()}), CancelledError);
			assert.equal((await shell.run('ls /tmp/never 2>/dev/null')).stdout, '');
		});

		test('a process left behind with the output open does not hold the command up for long', async () => {
			const {code, stdout} = await shell.run('echo begun; sleep 9 & exit 4');
			assert.deepEqual([code, stdout], [4, 'begun\n']);
		});

		test('a file is written whole, with its mode, and read back', async () => {
			const content = randomBytes(600_000);
			await shell.writeFile('/tmp/it', content, {mode: 0o640});
			assert.ok((await shell.readFile('/tmp/it')).equals(content));
			assert.equal((await shell.run('stat -c %a /tmp/it')).stdout, '640\n');
			await shell.writeFile('/tmp/it', 'short');
			assert.equal((await shell.readFile('/tmp/it')).toString(), 'short');
			assert.equal((await shell.run('stat -c %a /tmp/it; ls -A /tmp | grep d2cm')).stdout, '640\n');
			await shell.writeFile('/tmp/fresh', '');
			assert.equal((await shell.run('stat -c %a /tmp/fresh')).stdout, '644\n');
			assert.match((await shell.readFile('/proc/self/status')).toString(), /^Name:/);
			await assert.rejects(shell.readFile('/tmp/no such'), RemoteFileMissingError);
			await assert.rejects(shell.writeFile('/tmp/no such/file', 'x'), RemoteFileMissingError);
		});

		test('what stands at a path is told', async () => {
			await shell.run(
				'mkdir -p /tmp/folder; echo 12345 >/tmp/folder/file; ln -s file /tmp/folder/link; mkfifo /tmp/fifo',
			);
			assert.equal((await shell.stat('/tmp/folder'))?.kind, 'folder');
			assert.equal((await shell.stat('/tmp/fifo'))?.kind, 'other');
			const link = await shell.stat('/tmp/folder/link');
			assert.deepEqual([link?.kind, link?.size], ['file', 6]);
			assert.ok(Math.abs(Date.now() - (link?.mtimeMs ?? 0)) < 60_000);
			assert.equal(await shell.stat('/tmp/folder/file/below'), undefined);
		});

		test('a folder goes there and comes back the same, whatever its names and contents', async () => {
			const names = [
				"it's",
				'with space',
				'new\nline',
				'back\\slash',
				'"quoted"',
				'-rf',
				'ümläut 🜁',
				'$(id)',
				'%s',
				'*',
				'cr\r',
			];
			const original = join(here, 'original');
			await mkdir(join(original, 'empty', 'inner'), {recursive: true});
			await mkdir(join(original, 'sub folder'));
			for (const one of names) {
				await writeFile(join(original, 'sub folder', one), `content of ${one}`);
			}

			await writeFile(join(original, 'zero'), '');
			await writeFile(join(original, 'run.sh'), '#!/bin/sh\necho ran\n');
			await chmod(join(original, 'run.sh'), 0o755);
			await writeFile(join(original, 'secret'), 'x');
			await chmod(join(original, 'secret'), 0o600);
			await writeFile(join(original, 'odd'), randomBytes(3 * 261_120 + 17));

			const up = await shell.upload(original, '/tmp/new/parents/copy');
			assert.equal(up.files, names.length + 4);
			assert.equal((await shell.run('/tmp/new/parents/copy/run.sh')).stdout, 'ran\n');
			assert.equal(
				(await shell.run('find /tmp/new -name ".d2cm*"; stat -c %a /tmp/new/parents/copy/secret')).stdout,
				'600\n',
			);

			const down = await shell.download('/tmp/new/parents/copy', join(here, 'back', 'copy'));
			assert.equal(down.bytes, up.bytes);
			assert.deepEqual(await contents(join(here, 'back', 'copy')), await contents(original));
			assert.deepEqual(
				down.sums,
				(await contents(original))
					.flatMap(([path, sha256]) => (sha256 ? [{path: `copy/${path}`, sha256}] : []))
					.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
			);
			assert.equal((await stat(join(here, 'back', 'copy', 'run.sh'))).mode & 0o777, 0o755);
		});

		test('files behind links are copied, and a link that leads back is not followed for ever', async () => {
			const linked = join(here, 'linked');
			await mkdir(join(linked, 'inner'), {recursive: true});
			await writeFile(join(linked, 'inner', 'file'), 'behind');
			await symlink('inner/file', join(linked, 'to-file'));
			await symlink('inner', join(linked, 'to-folder'));
			await symlink('..', join(linked, 'inner', 'loop'));
			await symlink('nowhere', join(linked, 'broken'));
			const up = await shell.upload(linked, '/tmp/linked');
			assert.deepEqual(up.skipped?.map(({path}) => path).toSorted(), ['broken', 'inner/loop', 'to-folder/loop']);
			const {stdout} = await shell.run(
				'cd /tmp/linked; find . -type f | sort; ln -s /tmp/linked inner/back; mkfifo fifo',
			);
			assert.equal(stdout, './inner/file\n./to-file\n./to-folder/file\n');
			const down = await shell.download('/tmp/linked', join(here, 'unlinked'));
			assert.deepEqual(
				down.sums.map(({path}) => path),
				['unlinked/inner/file', 'unlinked/to-file', 'unlinked/to-folder/file'],
			);
			assert.deepEqual(down.skipped?.map(({path}) => path).toSorted(), ['fifo', 'inner/back']);
		});

		test('a file of 16 MB arrives with the right SHA-256, and its progress ends at the whole', async () => {
			const content = randomBytes(16_000_000);
			await writeFile(join(here, 'big'), content);
			let progress = {bytes: 0, totalBytes: 0};
			const onProgress = (now: typeof progress) => {
				assert.ok(now.bytes >= progress.bytes);
				progress = now;
			};
			await shell.upload(join(here, 'big'), '/tmp/big', {onProgress});
			assert.deepEqual(progress, {bytes: content.length, totalBytes: content.length});
			progress = {bytes: 0, totalBytes: 0};
			const {sums} = await shell.download('/tmp/big', join(here, 'big-again'), {onProgress});
			assert.deepEqual(progress, {bytes: content.length, totalBytes: content.length});
			const sha256 = createHash('sha256').update(content).digest('hex');
			assert.deepEqual(sums, [{path: 'big-again', sha256}]);
			assert.ok((await readFile(join(here, 'big-again'))).equals(content));
		});

		test('what is missing on either side is said', async () => {
			await assert.rejects(shell.download('/tmp/nothing', join(here, 'nothing')), RemoteFileMissingError);
			await assert.rejects(shell.upload(join(here, 'nothing'), '/tmp/nothing'), LocalFileError);
			assert.equal(await shell.stat('/tmp/nothing'), undefined);
		});
	});
}

/** Every path with its SHA-256; of folders without one. */
async function contents(folder: string): Promise<ReadonlyArray<readonly [string, string]>> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const described = entries.map(async entry => {
		const path = join(entry.parentPath, entry.name);
		const sum = entry.isFile()
			? createHash('sha256')
					.update(await readFile(path))
					.digest('hex')
			: '';
		return [path.slice(folder.length + 1), sum] as const;
	});
	return (await Promise.all(described)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
