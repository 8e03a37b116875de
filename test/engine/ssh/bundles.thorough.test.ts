import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {downloadBundle} from '../../../source/engine/ssh/download-bundle.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {readUploadBundle, sendBundlePart} from '../../../source/engine/ssh/upload-bundle.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

const odd = `it's "a" name\nwith $(id) \\ and ü ${'x'.repeat(120)}`;
const {signal} = new AbortController();

describe('files in one piece', () => {
	let started: StartedInstances;
	let shell: Shell;
	let folder: string;

	before(async () => {
		started = await startSshdInstances(1, {diskSize: '16m'});
		const [target] = started.targets;
		assert.ok(target);
		shell = await connectSsh2(target);
		folder = join(started.folder, 'data');
		await mkdir(join(folder, 'tree', odd), {recursive: true});
		await mkdir(join(folder, 'tree', 'empty'));
		await writeFile(join(folder, 'tree', odd, odd), 'deep');
		await writeFile(join(folder, 'tree', 'run'), '#!/bin/sh\n', {mode: 0o755});
		await writeFile(join(folder, 'one'), 'x'.repeat(700_000), {mode: 0o600});
	});
	after(async () => {
		shell.close();
		await started.end();
	});

	const send = async (uploads: ReadonlyArray<{local: string; remote: string}>) => {
		const {parts, others} = await readUploadBundle(uploads);
		assert.deepEqual(others, []);
		return Promise.all(parts.map(async part => sendBundlePart(shell, part, signal)));
	};
	const there = async (command: string) => (await shell.run(command)).stdout;

	test('come and go with any names and modes, and leave nothing else', async () => {
		const remote = `/root/new/${odd}`;
		const local = join(folder, 'one');
		assert.deepEqual(
			await send([
				{local: join(folder, 'tree'), remote},
				{local, remote: '/root/new/one'},
			]),
			[true],
		);
		assert.equal(await there('cd new && find . -maxdepth 1 -printf x'), 'xxx');
		assert.equal(await there('stat -c %a new/one new/*/run'), '600\n755\n');
		const back = {remote, local: join(folder, 'back', 'tree')};
		const one = {remote: '/root/new/one', local: join(folder, 'back', 'one')};
		const got = await downloadBundle(shell, [back, one], signal);
		assert.equal(await readFile(join(back.local, odd, odd), 'utf8'), 'deep');
		assert.equal((await stat(join(back.local, 'run'))).mode & 0o777, 0o755);
		assert.deepEqual(await readdir(join(back.local, 'empty')), []);
		assert.deepEqual(await readdir(join(folder, 'back')), ['one', 'tree']);
		const sha256 = createHash('sha256').update('x'.repeat(700_000)).digest('hex');
		assert.deepEqual(got.get(one), {files: 1, bytes: 700_000, sums: [{path: 'one', sha256}]});
		assert.equal(got.get(back)?.files, 2);
	});

	test('replace a file, and leave a folder that is there to be merged file by file', async () => {
		const local = join(folder, 'one');
		await shell.run('mkdir -p there/folder && echo old >there/one && echo kept >there/folder/kept');
		assert.deepEqual(await send([{local, remote: 'there/one'}]), [true]);
		assert.equal(await there('wc -c <there/one'), '700000\n');
		assert.deepEqual(await send([{local: join(folder, 'tree'), remote: '/root/there/folder'}]), [false]);
		assert.deepEqual(await send([{local, remote: '/root/there/folder'}]), [false]);
		assert.equal(await there('ls -A there there/folder'), 'there:\nfolder\none\n\nthere/folder:\nkept\n');
	});

	test('come and go as they are: bytes in names, links, times and modes', async () => {
		const tree = join(folder, 'as-it-is');
		const name = Buffer.from(`${tree}/r\xe9sultat`, 'latin1');
		await mkdir(join(tree, 'closed'), {recursive: true});
		await writeFile(name, 'small', {mode: 0o640});
		await utimes(name, 1_600_000_000, 1_600_000_000);
		for (const [target, link] of [
			['closed', 'to-folder'],
			['x'.repeat(150), 'broken'],
			['.', 'loop'],
		] as const) {
			await symlink(target, join(tree, link));
		}

		await symlink('../one', join(tree, 'outside'));
		await utimes(join(tree, 'closed'), 1_500_000_000, 1_500_000_000);
		await chmod(join(tree, 'closed'), 0o555);
		const remote = '/root/as it is';
		assert.deepEqual(await send([{local: tree, remote}]), [true]);
		const seen = await there(
			`cd '${remote}' && find . -type f -printf '%m %s %T@ ' -o -type l -printf '%P>%l ' && stat -c '%a %Y' closed`,
		);
		assert.match(seen, /640 5 1600000000\.0/);
		for (const link of ['to-folder>closed', `broken>${'x'.repeat(150)}`, 'loop>.']) {
			assert.ok(seen.includes(link), seen);
		}

		assert.match(seen, /600 700000 /);
		assert.match(seen, /555 1500000000\n$/);

		await shell.run(`cd '${remote}' && mkfifo pipe && truncate -s 1M hole && touch -d @1400000000 hole`);
		const item = {remote, local: join(folder, 'back', 'as it is')};
		const got = (await downloadBundle(shell, [item], signal)).get(item);
		assert.deepEqual(got?.sums.map(({path}) => path).toSorted(), [
			'as it is/hole',
			'as it is/outside',
			'as it is/r\udce9sultat',
		]);
		assert.deepEqual(
			got?.remarks?.map(({path}) => path),
			['pipe'],
		);
		assert.ok((await stat(join(item.local, 'hole'))).blocks * 512 < 100_000);
		const list = "cd \"$0\" && find . -type f -printf '%m %T@ %P\\n' -o -type l -printf '%P>%l\\n' | sort | od -An -c";
		const command = (root: string) => ['-c', `LC_ALL=C; export LC_ALL; ${list}`, root];
		const here = execFileSync('sh', command(item.local), {encoding: 'utf8'});
		assert.equal(here, await there(`sh -c '${list.replaceAll("'", "'\\''")}' '${remote}'`));
	});

	test('that cannot all be listed are left to what can say which', async () => {
		await shell.run('mkdir -p torn/folder && echo 1 >torn/one && echo 2 >torn-not');
		// As find ends where it may not look into a folder.
		await shell.script?.('find() { command find "$@"; false; }', {inPlace: true});
		const items = ['torn', 'torn-not'].map(name => ({remote: `/root/${name}`, local: join(folder, 'torn', name)}));
		const got = await downloadBundle(shell, items, signal);
		await shell.script?.('unset -f find', {inPlace: true});
		assert.deepEqual([...got.keys()], [items[1]]);
	});

	test('with holes are left to what sends none of them', async () => {
		execFileSync('truncate', ['-s', '1M', join(folder, 'hole')]);
		const hole = {local: join(folder, 'hole'), remote: '/root/hole'};
		assert.deepEqual(await readUploadBundle([hole]), {parts: [], others: [hole]});
	});

	test('that arrive wrong, or not whole, are not there', async () => {
		const {parts} = await readUploadBundle([{local: join(folder, 'one'), remote: '/root/wrong/one'}]);
		for (const part of parts) {
			const archive = Buffer.from(part.archive);
			archive[archive.lastIndexOf('xxxx') - 1000] = 0;
			assert.equal(await sendBundlePart(shell, {...part, archive}, signal), false);
			await shell.run('head -c 30000000 /dev/zero >/tmp/full');
			assert.equal(await sendBundlePart(shell, part, signal), false);
			await shell.run('rm /tmp/full');
			assert.equal(await there('ls -A wrong'), '');
			assert.equal(await sendBundlePart(shell, part, signal), true);
		}
	});

	test('are verified by sha256sum on an instance that has no b2sum', async () => {
		await shell.run('mount --bind /dev/null /usr/bin/b2sum');
		const [target] = started.targets;
		assert.ok(target);
		const other = await connectSsh2(target);
		try {
			assert.notEqual((await other.run('b2sum --version')).code, 0);
			const remote = '/root/slow/one';
			const {parts} = await readUploadBundle([{local: join(folder, 'one'), remote}]);
			for (const part of parts) {
				const archive = Buffer.from(part.archive);
				archive[archive.lastIndexOf('xxxx') - 1000] = 0;
				assert.equal(await sendBundlePart(other, {...part, archive}, signal), false);
				assert.equal(await sendBundlePart(other, part, signal), true);
			}

			const item = {remote, local: join(folder, 'back', 'slow')};
			assert.equal((await downloadBundle(other, [item], signal)).get(item)?.bytes, 700_000);
			assert.equal((await stat(item.local)).size, 700_000);
		} finally {
			other.close();
			await shell.run('umount /usr/bin/b2sum');
		}
	});

	test('that come with a wrong sum are not taken', async () => {
		await shell.run('echo one >liar');
		const remote = '/root/liar';
		const item = {remote, local: join(folder, 'back', 'liar')};
		for (const sum of ['0'.repeat(128), '0'.repeat(64), 'ab', '']) {
			await shell.script?.(`sum='lie'; lie() { echo '${sum}  ${remote}'; }`, {inPlace: true});
			assert.equal((await downloadBundle(shell, [item], signal)).size, 0, sum);
		}

		await shell.script?.('sum=b2sum', {inPlace: true});
		assert.equal((await downloadBundle(shell, [item], signal)).size, 1);
	});

	test('that are large, missing, links or no files are left to what can do more', async () => {
		await writeFile(join(folder, 'large'), Buffer.alloc(5 * 1024 * 1024));
		const large = {local: join(folder, 'large'), remote: '/root/large'};
		assert.deepEqual(await readUploadBundle([large]), {parts: [], others: [large]});
		await symlink('tree', join(folder, 'link'));
		assert.equal((await readUploadBundle([{local: join(folder, 'link'), remote: '/root/link'}])).parts.length, 1);

		await shell.run(
			'mkdir odd && cd odd && head -c 5000000 /dev/zero >large && mkfifo fifo && ln -s large link && echo 1 >one',
		);
		const items = ['large', 'fifo', 'link', 'missing', 'one', '-name', '.'].map(name => ({
			remote: name === '-name' ? name : `/root/odd/${name}`,
			local: join(folder, 'odd', name),
		}));
		const got = await downloadBundle(shell, items, signal);
		assert.deepEqual(
			[...got.keys()].map(({remote}) => remote),
			['/root/odd/one'],
		);
	});
});
