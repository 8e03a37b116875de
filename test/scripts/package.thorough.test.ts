import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {chmod, copyFile, mkdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {makeDesktopVdi} from '../helpers/desktop-vdi.js';
import {strictSix} from '../helpers/six-clouds.js';
import {mustHaveRunSix, sixHome} from '../helpers/six-home.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const nobody = 65534;

test('the packed file installs without a network or a build, and another user runs it where nothing can be written', async t => {
	const {folder, installed, path, file} = await installPackage(t);
	const before = await listing(installed);
	const mine = join(folder, 'mine');
	await mkdir(mine, {mode: 0o777});
	await chmod(mine, 0o777);
	const vdi = await makeDesktopVdi(folder);
	await chmod(vdi, 0o644);

	const asUser = process.getuid?.() === 0 ? {uid: nobody, gid: nobody} : {};
	const env = {PATH: path, HOME: mine, D2CM_HOME: join(mine, 'data')};
	const d2cm = async (...words: string[]) => run(join(folder, 'prefix/bin/d2cm'), words, {...asUser, env, cwd: '/'});
	const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string};
	await run('chmod', ['-R', 'a-w', installed]);
	try {
		const begun = performance.now();
		assert.equal((await d2cm('--version')).stdout, `${version}\n`);
		t.diagnostic(
			`${Math.round((await stat(file)).size / 1000)} kB; starts in ${Math.round(performance.now() - begun)} ms`,
		);
		const npx = ['--offline', '--yes', `./${basename(file)}`, '--help'];
		assert.match((await run('npx', npx, {cwd: folder, env: npmEnvironment(folder)})).stdout, /Usage: d2cm/);
		await assert.rejects(
			run(join(folder, 'prefix/bin/d2cm'), ['demo'], {...asUser, env: {...env, XDG_CACHE_HOME: 'x'}, cwd: '/'}),
			{
				code: 3,
				stderr:
					/^(HOME or XDG_CACHE_HOME is empty or no whole path|The sample desktop cannot be made here|This machine cannot run the demo yet).*\.\n.+\n$/,
			},
		);
		assert.match((await d2cm('--help')).stdout, /Usage: d2cm/);
		assert.match((await d2cm('inspect', vdi)).stdout, /ext4/);
		assert.match((await d2cm('status')).stdout, /no migrations or deployments/);
		assert.equal((await stat(join(mine, 'data'))).mode & 0o777, 0o700);
	} finally {
		await run('chmod', ['-R', 'u+w', installed]);
	}

	assert.equal(await listing(installed), before);
});

test('a whole deployment runs from the installed package, owned by another user and read-only, and writes nothing beside it', async t => {
	const cloud = await strictSix(t);
	const home = await sixHome(cloud);
	const {installed, path, folder} = await installPackage(t);
	await run('chmod', ['-R', 'a-w', installed]);
	if (process.getuid?.() === 0) {
		await run('chown', ['-R', `${nobody}:${nobody}`, installed]);
	}

	const before = await listing(installed);
	const words = ['deploy', 'six', '--cloud', cloud.name, '--size', '42', '--type', 'Master=m5.large'];
	const env = {...process.env, PATH: `${path}:/usr/sbin:/sbin`, D2CM_HOME: home};
	try {
		await run(join(folder, 'prefix/bin/d2cm'), [...words, '--yes', '--unknown-price'], {env, cwd: '/'});
		await mustHaveRunSix(home, cloud, cloud.smallest);
		assert.equal(await listing(installed), before);
	} finally {
		await run('chmod', ['-R', 'u+w', installed]);
	}
});

test('the packed file holds whatever the program reads beside itself, as it stands in the project', async t => {
	const {installed} = await installPackage(t);
	const folders = ['examples', 'scripts/sample-desktop', 'source/engine/guest/first-boot'];
	const {stdout} = await run('find', [...folders, '-type', 'f'], {cwd: root});
	const names = [...stdout.trim().split('\n'), 'scripts/check-machine', 'scripts/make-sample-desktop'];
	assert.ok(names.length > 10);
	for (const name of names) {
		assert.deepEqual(await readFile(join(installed, name)), await readFile(join(root, name)), name);
		const isProgram = async (folder: string) => ((await stat(join(folder, name))).mode & 0o100) !== 0;
		assert.equal(await isProgram(installed), await isProgram(root), name);
	}
});

test('a Node that is too old, and none at all, are one sentence and what to do', async t => {
	const folder = await temporaryFolder(t);
	const start = JSON.stringify(join(root, 'bin/start.cjs'));
	const old = join(folder, 'old.cjs');
	await writeFile(old, `Object.defineProperty(process, 'versions', {value: {node: '18.19.0'}});\nrequire(${start});\n`);
	await assert.rejects(run(process.execPath, [old]), {
		code: 3,
		stderr: /^D2CM needs Node 22 or later, and .* is v.*\.\nInstall a newer Node, or put it first on the PATH\.\n$/,
	});

	await mkdir(join(folder, 'bin'));
	await copyFile(join(root, 'bin/d2cm'), join(folder, 'bin/d2cm'));
	for (const tool of ['dirname', 'readlink']) {
		await symlink(`/usr/bin/${tool}`, join(folder, tool));
	}

	await assert.rejects(run('/bin/sh', [join(folder, 'bin/d2cm')], {env: {PATH: folder}}), {
		code: 3,
		stderr: 'D2CM needs Node 22 or later, and there is no node on the PATH.\nInstall Node, or put it on the PATH.\n',
	});
});

/** Packs what was built, and installs it as an administrator does, with a Node that every user may run. */
async function installPackage(t: TestContext) {
	const folder = await temporaryFolder(t);
	await chmod(folder, 0o755);
	await mkdir(join(folder, 'node'));
	await copyFile(process.execPath, join(folder, 'node/node'));
	const path = `${join(folder, 'node')}:/usr/bin:/bin`;
	const env = npmEnvironment(folder);
	await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {cwd: root, env});
	const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string};
	const file = join(folder, `d2cm-${version}.tgz`);
	const options = ['--offline', '--no-audit', '--no-fund', '--prefix', join(folder, 'prefix')];
	await run('npm', ['install', '--global', ...options, file], {cwd: folder, env});
	return {folder, file, installed: join(folder, 'prefix/lib/node_modules/d2cm'), path};
}

const npmEnvironment = (folder: string) => ({
	PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
	HOME: folder,
});

/** Everything in a folder with its size and time, so that whatever is written there shows. */
async function listing(folder: string): Promise<string> {
	const {stdout} = await run('find', [folder, '-printf', '%P %s %T@\n']);
	return stdout.split('\n').toSorted().join('\n');
}
