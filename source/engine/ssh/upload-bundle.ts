import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {bytesOf, onDisk} from '../host/byte-names.js';
import {isMissing} from '../host/is-missing.js';
import {sumPrograms} from './instance-sums.js';
import {readableTree} from './list-local-tree.js';
import {LocalFileError} from './local-file-error.js';
import type {Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {makeTar, type TarEntry} from './tar-archive.js';
import {changedText, goneText, pathUnder, type Remark, type Tree} from './tree.js';

/** Files and folders that go to many instances in one piece each. */
export type UploadBundle = {
	/** One for each folder something goes into: a file appears by a rename, which no other file system allows. */
	readonly parts: readonly BundlePart[];
	/** What is too large for it, or has holes. */
	readonly others: readonly Upload[];
};

export type Upload = {readonly local: string; readonly remote: string};

export type BundlePart = {
	readonly uploads: ReadonlyArray<Upload & {readonly remarks: readonly Remark[]}>;
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
		const tree = await readableTree(upload.local);
		const size = tree.files.reduce((sum, file) => sum + file.size, 0);
		const count = tree.files.length + tree.links.length;
		const hasHoles = tree.files.some(({holeBytes}) => holeBytes > 0);
		if (bytes + size <= mostBytes && files + count <= mostFiles && !hasHoles && /[^/]$/.test(upload.remote)) {
			chosen.push({...upload, tree});
			bytes += size;
			files += count;
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
		.update(bytesOf(uploads.map(({remote}) => remote).join('\0')))
		.digest('hex')
		.slice(0, 12);
	const stage = `.d2cm-${mark}.part`;
	const inner: TarEntry[] = [];
	const files: TarEntry[] = [];
	const told: Array<Upload & {readonly remarks: readonly Remark[]}> = [];
	const none = Buffer.alloc(0);
	for (const {local, remote, tree} of uploads) {
		const name = `${stage}/new/${remote.slice(remote.lastIndexOf('/') + 1)}`;
		const remarks = [...tree.remarks];
		for (const {relative, mode, modifiedAt} of tree.folders) {
			inner.push({path: pathUnder(name, relative), kind: 'folder', mode: mode | 0o700, modifiedAt, content: none});
		}

		for (const {relative, mode, modifiedAt, size} of tree.files) {
			const content = await read(pathUnder(local, relative), {mayBeGone: relative !== ''});
			if (content) {
				files.push({path: pathUnder(name, relative), kind: 'file', mode, modifiedAt, content});
			}

			if (content?.length !== size) {
				remarks.push({path: relative, text: content ? changedText : goneText});
			}
		}

		for (const {relative, target} of tree.links) {
			const path = pathUnder(name, relative);
			inner.push({path, kind: 'link', mode: 0o777, modifiedAt: 0, content: none, target});
		}

		told.push({local, remote, remarks});
	}

	const own = {mode: 0o700, modifiedAt: 0, content: none};
	const folders = [stage, `${stage}/new`].map((path): TarEntry => ({...own, path, kind: 'folder'}));
	const sumFiles = sumPrograms.map(({program, algorithm}): TarEntry => {
		const sums = files.map(({path, content}) => sumLine(createHash(algorithm).update(content).digest('hex'), path));
		return {...own, path: `${stage}/${program}`, kind: 'file', content: bytesOf(sums.join(''))};
	});
	return {
		uploads: told,
		bytes: files.reduce((sum, {content}) => sum + content.length, 0),
		script: storeScript(parent, stage, uploads),
		archive: makeTar([...folders, ...sumFiles, ...inner, ...files]),
	};
}

async function read(path: string, {mayBeGone}: {readonly mayBeGone: boolean}): Promise<Buffer | undefined> {
	try {
		return await readFile(onDisk(path));
	} catch (cause) {
		if (mayBeGone && isMissing(cause)) {
			return undefined;
		}

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
	// What we could not write into is made so only when all is in it.
	const closed = uploads.flatMap(({tree}, index) =>
		tree.folders
			.filter(({mode}) => (mode & 0o700) !== 0o700)
			.map(
				({relative, mode}) =>
					`chmod ${mode.toString(8)} -- ${shellQuote(`./${pathUnder(names[index] ?? '', relative)}`)}`,
			),
	);
	return `cd -- ${folder} 2>/dev/null || { mkdir -p -- ${folder} && cd -- ${folder}; } || exit
${checks.join(' && ')} || exit
store_part ${names.map(name => `${stage}/new/${shellQuote(name)}`).join(' ')} &&
	${[...closed.toReversed(), `echo '${stored}'`].join(' &&\n\t')}
`;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1).replace(/(?<=[^/]|^\/)\/+$/, '');
