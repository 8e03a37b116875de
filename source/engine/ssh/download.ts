import {createHash} from 'node:crypto';
import {mkdir, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Connection} from './connection.js';
import {type FetchedFile, fetchFile} from './fetch-file.js';
import {hashFile} from './hash-file.js';
import {listRemoteTree} from './list-remote-tree.js';
import {LocalFileError} from './local-file-error.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';
import {remotePrefixSums, remoteSums} from './remote-sums.js';
import type {SftpFiles} from './sftp-files.js';
import type {DownloadSummary, TransferOptions} from './shell.js';
import {together} from './together.js';
import {createTransfer, type Transfer} from './transfer.js';
import {pathUnder, type SkippedEntry, type TreeFile} from './tree.js';
import {VerificationError} from './verification-error.js';

type Download = {
	readonly file: TreeFile;
	readonly remotePath: string;
	readonly localPath: string;
	/** Where it grows; what is in it counts when the connection breaks and the download is asked for again. */
	readonly partPath: string;
};

/**
Copies a remote file or folder. Each file grows under another name and gets its own when the instance has computed the same
SHA-256 as we; so an earlier, good copy is only ever replaced by a good one. A file that grows meanwhile is copied as it was
at the beginning.

@throws {RemoteFileMissingError}
@throws {VerificationError} When a file arrives wrong twice.
*/
export async function download(
	connection: Connection,
	sftp: SftpFiles,
	remoteRoot: string,
	localRoot: string,
	options: TransferOptions,
): Promise<DownloadSummary> {
	const {signal} = options;
	const tree = await listRemoteTree(sftp, connection.name, remoteRoot, signal);
	const totalBytes = tree.files.reduce((sum, {size}) => sum + size, 0);
	const transfer = createTransfer(connection, sftp, totalBytes, options);
	for (const folder of [dirname(localRoot), ...tree.folders.map(relative => pathUnder(localRoot, relative))]) {
		await local(folder, async () => mkdir(folder, {recursive: true}));
	}

	const all = tree.files.map(file => describeDownload(file, remoteRoot, localRoot));
	const skipped: SkippedEntry[] = [...tree.skipped];
	const fetched = await fetchAll(transfer, all, {mayKeep: true});
	const wrong = await findWrong(transfer, fetched);
	for (const {partPath} of wrong) {
		await rm(partPath, {force: true});
	}

	const fetchedAgain = await fetchAll(transfer, wrong, {mayKeep: false});
	const stillWrong = await findWrong(transfer, fetchedAgain);
	const good = new Map([...fetched].filter(([one]) => !wrong.includes(one)));
	for (const [one, result] of fetchedAgain) {
		if (stillWrong.includes(one)) {
			await rm(one.partPath, {force: true});
		} else {
			good.set(one, result);
		}
	}

	for (const [one, {kept}] of good) {
		if (!kept) {
			await local(one.localPath, async () => rename(one.partPath, one.localPath));
		}
	}

	if (stillWrong.length > 0) {
		throw new VerificationError(
			connection.name,
			stillWrong.map(({remotePath}) => remotePath),
		);
	}

	const gone = all.filter(one => !good.has(one));
	skipped.push(...gone.map(({file}) => ({path: file.relative, why: 'it was gone before it was copied'})));
	const parent = basename(localRoot);
	const sums = [...good].map(([{file}, {sha256}]) => ({path: pathUnder(parent, file.relative), sha256}));
	return {
		files: good.size,
		bytes: [...good.values()].reduce((sum, {bytes}) => sum + bytes, 0),
		sums: sums.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
		...(skipped.length > 0 && {skipped}),
	};
}

type Fetched = FetchedFile & {readonly kept: boolean};

async function fetchAll(
	transfer: Transfer,
	downloads: readonly Download[],
	{mayKeep}: {readonly mayKeep: boolean},
): Promise<ReadonlyMap<Download, Fetched>> {
	const fetched = new Map<Download, Fetched>();
	await together(downloads, async one => {
		if (mayKeep && (await sizeOf(one.localPath)) === one.file.size && (await sizeOf(one.partPath)) === undefined) {
			const sha256 = (await hashFile(one.localPath)).digest('hex');
			transfer.moved(one.file.size);
			fetched.set(one, {sha256, bytes: one.file.size, isVerified: false, kept: true});
			return;
		}

		try {
			const result = await fetchFile(transfer, one.remotePath, one.partPath, one.file.mode);
			fetched.set(one, {...result, kept: false});
		} catch (error) {
			if (!(error instanceof RemoteFileMissingError) || one.file.relative === '') {
				throw error;
			}
		}
	});
	return fetched;
}

async function findWrong(
	{connection, signal, moved}: Transfer,
	fetched: ReadonlyMap<Download, Fetched>,
): Promise<readonly Download[]> {
	const unsure = [...fetched].filter(([, {isVerified}]) => !isVerified);
	const sums = await remoteSums(
		connection,
		unsure.map(([{remotePath}]) => remotePath),
		signal,
	);
	const different = unsure.filter(([one, {sha256}]) => sums.get(one.remotePath) !== sha256);
	const beginnings = await remotePrefixSums(
		connection,
		different.map(([{remotePath}, {bytes}]) => ({path: remotePath, bytes})),
		signal,
	);
	const wrong = different.filter(([one, {sha256}]) => beginnings.get(one.remotePath) !== sha256);
	for (const [, {bytes}] of wrong) {
		moved(-bytes);
	}

	return wrong.map(([one]) => one);
}

function describeDownload(file: TreeFile, remoteRoot: string, localRoot: string): Download {
	const localPath = pathUnder(localRoot, file.relative);
	const mark = createHash('sha256').update(basename(localPath)).digest('hex').slice(0, 12);
	return {
		file,
		remotePath: pathUnder(remoteRoot, file.relative),
		localPath,
		partPath: join(dirname(localPath), `.d2cm-${mark}.part`),
	};
}

async function sizeOf(path: string): Promise<number | undefined> {
	try {
		const stats = await stat(path);
		return stats.isFile() ? stats.size : undefined;
	} catch {
		return undefined; // Nothing we could keep.
	}
}

async function local<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
