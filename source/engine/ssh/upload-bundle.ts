import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {sumPrograms} from './instance-sums.js';
import {listLocalTree} from './list-local-tree.js';
import {LocalFileError} from './local-file-error.js';
import type {Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {makeTar, type TarEntry} from './tar-archive.js';
import {pathUnder, type SkippedEntry, type Tree} from './tree.js';

/** Files and folders that go to many instances in one piece each. */
export type UploadBundle = {
	/** One for each folder something goes into: a file appears by a rename, which no other file system allows. */
	readonly parts: readonly BundlePart[];
	/** What is too large for it. */
	readonly others: readonly Upload[];
};

export type Upload = {readonly local: string; readonly remote: string};

export type BundlePart = {
	readonly uploads: ReadonlyArray<Upload & {readonly skipped: readonly SkippedEntry[]}>;
	readonly bytes: number;
	readonly script: string;
	readonly archive: Buffer;
};

/** A bundle is in memory as long as it is sent. */
const mostBytes = 4 * 1024 * 1024;
const mostFiles = 1000;
const stored = 'd2cm: stored';

/**
Reads what is small, once for all instances, so that all get the same.

@throws {LocalFileError}
*/
export async function readUploadBundle(uploads: readonly Upload[]): Promise<UploadBundle> {
	const chosen: Array<Upload & {readonly tree: Tree}> = [];
	const others: Upload[] = [];
	let [bytes, files] = [0, 0];
	for (const upload of uploads) {
		const tree = await listLocalTree(upload.local);
		const size = tree.files.reduce((sum, file) => sum + file.size, 0);
		if (bytes + size <= mostBytes && files + tree.files.length <= mostFiles && /[^/]$/.test(upload.remote)) {
			chosen.push({...upload, tree});
			bytes += size;
			files += tree.files.length;
		} else {
			others.push(upload);
		}
	}

	const parents = [...new Set(chosen.map(({remote}) => parentOf(remote)))];
	const parts = await Promise.all(
		parents.map(async parent =>
			makePart(
				parent,
				chosen.filter(({remote}) => parentOf(remote) === parent),
			),
		),
	);
	return {parts, others};
}

/**
Sends a part: it is unpacked beside where it belongs, and gets there when the instance has computed the same sum of every file as we.

@returns Whether it is there. Otherwise nothing of it is, and `Shell.upload` can say more: a folder is there already, the disk is
full, the instance has no tar.
*/
export async function sendBundlePart(shell: Shell, part: BundlePart, signal: AbortSignal): Promise<boolean> {
	const result = await shell.script?.(part.script, {input: part.archive, signal});
	return result?.code === 0 && result.stdout.toString().trim() === stored;
}

async function makePart(parent: string, uploads: ReadonlyArray<Upload & {readonly tree: Tree}>): Promise<BundlePart> {
	const mark = createHash('sha256')
		.update(uploads.map(({remote}) => remote).join('\0'))
		.digest('hex')
		.slice(0, 12);
	const stage = `.d2cm-${mark}.part`;
	const inner: TarEntry[] = [];
	const files: TarEntry[] = [];
	for (const {local, remote, tree} of uploads) {
		const name = `${stage}/new/${remote.slice(remote.lastIndexOf('/') + 1)}`;
		for (const relative of tree.folders) {
			inner.push({path: pathUnder(name, relative), kind: 'folder', mode: 0o755, content: Buffer.alloc(0)});
		}

		for (const {relative, mode} of tree.files) {
			const content = await read(pathUnder(local, relative));
			files.push({path: pathUnder(name, relative), kind: 'file', mode, content});
		}
	}

	const folders = [stage, `${stage}/new`].map(
		(path): TarEntry => ({path, kind: 'folder', mode: 0o700, content: Buffer.alloc(0)}),
	);
	const sumFiles = sumPrograms.map(({program, algorithm}): TarEntry => {
		const sums = files.map(({path, content}) => sumLine(createHash(algorithm).update(content).digest('hex'), path));
		return {path: `${stage}/${program}`, kind: 'file', mode: 0o600, content: Buffer.from(sums.join(''))};
	});
	return {
		uploads: uploads.map(({local, remote, tree: {skipped}}) => ({local, remote, skipped})),
		bytes: files.reduce((sum, {content}) => sum + content.length, 0),
		script: storeScript(parent, stage, uploads),
		archive: makeTar([...folders, ...sumFiles, ...inner, ...files]),
	};
}

async function read(path: string): Promise<Buffer> {
	try {
		return await readFile(path);
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}

/** As `sha256sum -c` and `b2sum -c` read it. */
function sumLine(sum: string, path: string): string {
	const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
	return `${escaped === path ? '' : '\\'}${sum}  ${escaped}\n`;
}

/**
A folder that is there would have to be merged, which is not for here; neither is a file that stands in the way. The processes of an
instance are what costs here: tar makes the folder, and the sums are in it.
*/
function storeScript(parent: string, stage: string, uploads: ReadonlyArray<Upload & {readonly tree: Tree}>): string {
	const names = uploads.map(({remote}) => remote.slice(remote.lastIndexOf('/') + 1));
	const checks = uploads.map(({tree}, index) => {
		const target = shellQuote(names[index] ?? '');
		return tree.folders.length > 0 ? `[ ! -e ./${target} ] && [ ! -L ./${target} ]` : `[ ! -d ./${target} ]`;
	});
	const folder = shellQuote(parent === '' ? '.' : parent);
	return `cd -- ${folder} 2>/dev/null || { mkdir -p -- ${folder} && cd -- ${folder}; } || exit
${checks.join(' && ')} || exit
store_part ${names.map(name => `${stage}/new/${shellQuote(name)}`).join(' ')} && echo '${stored}'
`;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1).replace(/(?<=.)\/+$/, '');
