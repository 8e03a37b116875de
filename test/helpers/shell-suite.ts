import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {
	chmod,
	lstat,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	readlink,
	rm,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, type TestOptions, test} from 'node:test';
import {CancelledError} from '../../source/engine/errors/cancelled-error.js';
import {onDisk} from '../../source/engine/host/byte-names.js';
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
export function shellSuite(name: string, makeShell: () => Promise<ShellUnderTest>, options: TestOptions = {}): void {
	describe(`the shell port, by ${name}`, options, () => {
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
			execFileSync('chmod', ['-R', 'u+rwX', here]); // Else only root can take away what is in some of its folders.
			await rm(here, {recursive: true});
		});

		test('a command gives its exit code and both outputs', async () => {
			assert.deepEqual(await shell.run('echo out; echo err >&2; exit 7'), {code: 7, stdout: 'out\n', stderr: 'err\n'});
			assert.equal((await shell.run('kill -TERM $$')).code, 128 + 15);
		});

		test('what a command writes is told as it comes', async () => {
			const said = new AbortController();
			const heard: string[] = [];
			const onOutput = (text: string) => {
				heard.push(text);
				said.abort();
			};
			await assert.rejects(shell.run('echo first; sleep 300', {onOutput, signal: said.signal}), CancelledError);
			assert.deepEqual(heard, ['first\n']);
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

		test('what a command has begun is ended on the instance too, when it is not wanted any more', async () => {
			const sums = 'printf /dev/zero | xargs -0 sha256sum --';
			for (const end of [{timeoutMs: 1000}, {signal: AbortSignal.timeout(1000)}]) {
				await assert.rejects(shell.run(sums, end));
				const left =
					'for i in 1 2 3 4 5 6 7 8 9 10; do pgrep -x sha256sum || exit 0; sleep 0.2; done; pkill -x sha256sum';
				assert.equal((await shell.run(left)).stdout.split('\n').length < 10, true, Object.keys(end).join());
			}

			assert.equal((await shell.run('echo still here')).stdout, 'still here\n');
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

		test('names come home under their own bytes, whatever they are, and go there under them', async () => {
			const names = [
				'r\\351sultat.csv',
				'\\201\\210\\377',
				'\\001\\033[31m\\177',
				'\\303',
				'-it\\351 s \\n\\\\',
				`x${'x'.repeat(254)}`,
			];
			const make = names.map(name => `printf small >"$(printf -- '${name}')"`);
			await shell.run(`mkdir -p "/tmp/bytes/$(printf 'd\\351')" && cd /tmp/bytes/d* && ${make.join(' && ')}`);
			await shell.run('cd /tmp/bytes/d* && head -c 2000000 /dev/urandom >"$(printf "large-\\\\351")"');
			const {sums, missing} = await shell.download('/tmp/bytes', join(here, 'bytes'));
			assert.equal(missing, undefined);
			assert.equal(sums.length, names.length + 1);
			const listed = async () => (await shell.run('cd /tmp/bytes && find . | sort | od -An -c')).stdout;
			const asThere = execFileSync('sh', ['-c', 'cd "$0" && find . | LC_ALL=C sort | od -An -c', join(here, 'bytes')]);
			assert.equal(asThere.toString(), await listed());
			for (const {path, sha256} of sums) {
				const content = await readFile(onDisk(join(here, path)));
				assert.equal(createHash('sha256').update(content).digest('hex'), sha256, path);
			}

			await shell.upload(join(here, 'bytes'), '/tmp/bytes-again');
			assert.equal((await shell.run('diff -r /tmp/bytes /tmp/bytes-again')).stdout, '');
		});

		test('links go and come as links, what they lead to comes once, and no loop is any trouble', async () => {
			const linked = join(here, 'linked');
			await mkdir(join(linked, 'inner'), {recursive: true});
			await writeFile(join(linked, 'inner', 'file'), 'behind');
			const links = [
				['inner/file', 'to-file'],
				['inner', 'to-folder'],
				['..', 'inner/loop'],
				['self', 'self'],
				['nowhere', 'broken'],
				[join(linked, 'inner', 'file'), 'absolute'],
			] as const;
			for (const [target, path] of links) {
				await symlink(target, join(linked, path));
			}

			await symlink(here, join(linked, 'above'));
			await mkdir(join(here, 'elsewhere'));
			await writeFile(join(here, 'elsewhere', 'data'), 'outside');
			await symlink('../elsewhere', join(linked, 'outside'));
			const up = await shell.upload(linked, '/tmp/linked');
			assert.deepEqual(up.remarks?.map(({path}) => path).toSorted(), ['above', 'broken', 'outside', 'self']);
			const find = "cd /tmp/linked && find . -type f -printf '%P\\n' -o -type l -printf '%P>%l\\n' | sort";
			assert.deepEqual((await shell.run(find)).stdout.trim().split('\n'), [
				`above>${here}`,
				'absolute>inner/file',
				'broken>nowhere',
				'inner/file',
				'inner/loop>..',
				'outside/data',
				'self>self',
				'to-file>inner/file',
				'to-folder>inner',
			]);
			assert.equal(up.files, 2);
			await shell.upload(linked, '/tmp/linked');

			await shell.run('cd /tmp/linked && ln -s /tmp/linked inner/back && ln -s ../../etc out && mkfifo fifo');
			const home = join(here, 'unlinked');
			const down = await shell.download('/tmp/linked', home);
			assert.deepEqual(
				down.sums.map(({path}) => path),
				['unlinked/inner/file', 'unlinked/outside/data'],
			);
			assert.equal(await readlink(join(home, 'to-folder')), 'inner');
			assert.equal(await readlink(join(home, 'self')), 'self');
			assert.equal(await readlink(join(home, 'out')), '../../etc');
			assert.equal(await readFile(join(home, 'to-file'), 'utf8'), 'behind');
			assert.deepEqual(down.remarks?.map(({path}) => path).toSorted(), ['above', 'fifo', 'inner/back', 'out']);
			assert.deepEqual((await shell.download('/tmp/linked', home)).sums, down.sums);
		});

		test('nothing is written through a link that an instance has sent', async () => {
			await mkdir(join(here, 'victim'));
			const home = join(here, 'hostile');
			await shell.run(`mkdir /tmp/hostile && ln -s ${join(here, 'victim')} /tmp/hostile/folder`);
			await shell.download('/tmp/hostile', home);
			await shell.run('cd /tmp/hostile && rm folder && mkdir folder && echo bad >folder/file && echo bad >result');
			// Where the file would grow, by its name.
			const part = `.d2cm-${createHash('sha256').update('hostile/result').digest('hex')}.part`;
			await symlink(join(here, 'victim', 'file'), join(here, part));
			await symlink(join(here, 'victim', 'result'), join(home, 'result'));
			await shell.download('/tmp/hostile', home);
			assert.deepEqual(await readdir(join(here, 'victim')), []);
			assert.equal(await readFile(join(home, 'folder', 'file'), 'utf8'), 'bad\n');
			assert.equal((await lstat(join(home, 'result'))).isFile(), true);
		});

		test('a file of one hole without end is given up when that is asked for', {timeout: 60_000}, async () => {
			await shell.run('truncate -s 1T /tmp/endless');
			const wish = new AbortController();
			const coming = shell.download('/tmp/endless', join(here, 'endless'), {
				signal: wish.signal,
			});
			const waiting = setTimeout(() => wish.abort(new Error('not wanted')), 500);
			await assert.rejects(coming);
			clearTimeout(waiting);
			await shell.run('rm /tmp/endless');
		});

		test('a file that is named like the part of another one comes as itself', async () => {
			const part = `.d2cm-${createHash('sha256').update('result').digest('hex').slice(0, 12)}.part`;
			await shell.run(`mkdir /tmp/twins && cd /tmp/twins && printf genuine >result && printf another >${part}`);
			const home = join(here, 'twins');
			await shell.download('/tmp/twins', home);
			assert.equal(await readFile(join(home, 'result'), 'utf8'), 'genuine');
			assert.equal(await readFile(join(home, part), 'utf8'), 'another');
			assert.deepEqual((await readdir(home)).toSorted(), [part, 'result']);
		});

		test('holes stay holes both ways, and are not sent', async () => {
			const local = join(here, 'sparse');
			await mkdir(local);
			execFileSync('sh', ['-c', 'truncate -s 64M hole && printf middle | dd of=hole bs=1M seek=30 conv=notrunc'], {
				cwd: local,
				stdio: 'ignore',
			});
			execFileSync('sh', ['-c', 'truncate -s 3M empty; cp hole end; printf end >>end'], {cwd: local});
			let moved = 0;
			await shell.upload(local, '/tmp/sparse', {onProgress: ({bytes}) => (moved = bytes)});
			assert.equal(moved, 2 * 64 * 2 ** 20 + 3 + 3 * 2 ** 20);
			const there = await shell.run('cd /tmp/sparse && stat -c "%n %s" * && du -sk . | cut -f 1');
			const [, , , kib] = there.stdout.split('\n');
			assert.match(there.stdout, /^empty 3145728\nend 67108867\nhole 67108864\n/);
			assert.ok(Number(kib) < 1500, there.stdout);

			const home = join(here, 'sparse-again');
			const {sums} = await shell.download('/tmp/sparse', home);
			for (const name of ['empty', 'end', 'hole']) {
				const {blocks, size} = await stat(join(home, name));
				assert.equal(size, (await stat(join(local, name))).size);
				assert.ok(blocks * 512 < 600_000, `${name}: ${blocks} blocks`);
				const sum = execFileSync('sha256sum', [join(local, name)], {encoding: 'utf8'}).slice(0, 64);
				assert.equal(sums.find(({path}) => path.endsWith(`/${name}`))?.sha256, sum);
				execFileSync('cmp', [join(local, name), join(home, name)]);
			}
		});

		test('modes and times are there as they are here, and come home so, of folders too', async () => {
			const dated = join(here, 'dated');
			await mkdir(join(dated, 'sub'), {recursive: true});
			await writeFile(join(dated, 'sub', 'script'), 'x', {mode: 0o751});
			await utimes(join(dated, 'sub', 'script'), 1_600_000_000, 1_600_000_000);
			await chmod(join(dated, 'sub'), 0o2555 & 0o777);
			await utimes(join(dated, 'sub'), 1_500_000_000, 1_500_000_000);
			await shell.upload(dated, '/tmp/dated');
			const {stdout} = await shell.run("cd /tmp/dated && stat -c '%a %Y' sub sub/script");
			assert.equal(stdout, '555 1500000000\n751 1600000000\n');
			await shell.run('cd /tmp/dated && touch -d @1400000000 sub/script sub');
			await shell.download('/tmp/dated', join(here, 'dated-again'));
			assert.equal((await stat(join(here, 'dated-again', 'sub', 'script'))).mtimeMs, 1_400_000_000_000);
			assert.equal((await stat(join(here, 'dated-again', 'sub'))).mtimeMs, 1_400_000_000_000);
			await shell.upload(dated, '/tmp/dated');
			assert.equal((await shell.run('stat -c %Y /tmp/dated/sub/script')).stdout, '1600000000\n');
		});

		test('what cannot be read is named, and keeps nothing else from coming', async () => {
			// Even root may not read these.
			await shell.run(
				'mkdir -p /tmp/partly/sub && cd /tmp/partly && echo 1 >good && echo 2 >sub/good && touch secret && ' +
					'mount --bind "$(find /sys -maxdepth 3 -name drivers_probe | head -n 1)" secret',
			);
			const {sums, missing} = await shell.download('/tmp/partly', join(here, 'partly'));
			assert.deepEqual(
				sums.map(({path}) => path),
				['partly/good', 'partly/sub/good'],
			);
			assert.deepEqual(missing, [{path: 'secret', text: 'cannot be read: permission denied'}]);
			assert.equal(await readFile(join(here, 'partly', 'sub', 'good'), 'utf8'), '2\n');
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
