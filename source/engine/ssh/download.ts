import {lstat, rename, rm, statfs} from 'node:fs/promises';
import {dirname} from 'node:path';
import {onDisk} from '../host/byte-names.js';
import {formatBytes} from '../host/format-bytes.js';
import {NotEnoughDiskError} from '../host/not-enough-disk-error.js';
import type {Connection} from './connection.js';
import {type FetchedFile, fetchFile} from './fetch-file.js';
import {hashFile} from './hash-file.js';
import {atHome, openHomeTree} from './home-tree.js';
import {listRemoteTree} from './list-remote-tree.js';
import {RemoteFileError} from './remote-file-error.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';
import {type Holes, remoteHoles} from './remote-holes.js';
import {remotePrefixSums, remoteSums} from './remote-sums.js';
import type {SftpFiles} from './sftp-files.js';
import type {DownloadSummary, TransferOptions} from './shell.js';
import {together} from './together.js';
import {createTransfer, type Transfer} from './transfer.js';
import {goneText, pathUnder, type Remark, type TreeFile} from './tree.js';
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
at the beginning. What cannot be read keeps nothing else from coming.

@throws {RemoteFileMissingError}
@throws {VerificationError} When a file arrives wrong twice.
@throws {NotEnoughDiskError} Before anything comes.
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
	const home = await openHomeTree(localRoot, tree);
	const all = tree.files.map((file): Download => {
		const localPath = home.path(file.relative);
		const remotePath = pathUnder(remoteRoot, file.relative);
		return {file, remotePath, localPath, partPath: home.part(file.relative)};
	});
	const sized = all.map(({remotePath, file}) => ({path: remotePath, size: file.size}));
	const holes = await remoteHoles(connection, sized, signal);
	await mustHaveRoom(dirname(localRoot), all, holes);
	const {fetched, failed} = await fetchAll(transfer, all, {mayKeep: true, holes});
	const wrong = await findWrong(transfer, fetched);
	for (const {partPath} of wrong) {
		await rm(onDisk(partPath), {force: true});
	}

	const again = await fetchAll(transfer, wrong, {mayKeep: false, holes: new Map()});
	const stillWrong = await findWrong(transfer, again.fetched);
	const good = new Map([...fetched].filter(([one]) => !wrong.includes(one)));
	for (const [one, result] of again.fetched) {
		if (stillWrong.includes(one)) {
			await rm(onDisk(one.partPath), {force: true});
		} else {
			good.set(one, result);
		}
	}

	for (const [one, {kept}] of good) {
		if (!kept) {
			await atHome(one.localPath, async () => rename(onDisk(one.partPath), onDisk(one.localPath)));
		}
	}

	if (stillWrong.length > 0) {
		throw new VerificationError(
			connection.name,
			stillWrong.map(({remotePath}) => remotePath),
		);
	}

	// Last, so that nothing can be written through them.
	const unlinked = await home.finish();
	const missing = [...tree.unreadable, ...failed, ...again.failed];
	const told = new Set([...[...good.keys()].map(({file}) => file.relative), ...missing.map(({path}) => path)]);
	const gone = all.filter(({file}) => !told.has(file.relative));
	const remarks = [...tree.remarks, ...unlinked, ...gone.map(({file}) => ({path: file.relative, text: goneText}))];
	const {others, renamed} = home;
	return {
		files: good.size,
		bytes: [...good.values()].reduce((sum, {bytes}) => sum + bytes, 0),
		sums: [...good].map(([{file}, {sha256}]) => ({path: home.name(file.relative), sha256})).toSorted(byPath),
		...(others.length > 0 && {others}),
		...(renamed.length > 0 && {renamed}),
		...(remarks.length > 0 && {remarks}),
		...(missing.length > 0 && {missing}),
	};
}

/** Holes take no room here. Where an instance cannot tell where they are, they are found as they come. */
async function mustHaveRoom(
	folder: string,
	downloads: readonly Download[],
	holes: ReadonlyMap<string, Holes>,
): Promise<void> {
	let [bytes, files] = [0, 0];
	for (const {file, remotePath, localPath, partPath} of downloads) {
		const here = (await roomOf(partPath)) ?? (await roomOf(localPath));
		const found = holes.get(remotePath);
		const size = found ? (found.data ?? []).reduce((sum, {start, end}) => sum + end - start, 0) : file.size;
		bytes += Math.max(0, size - (here ?? 0));
		files += here === undefined ? 1 : 0;
	}

	const {bavail, bsize, files: inodes, ffree} = await atHome(folder, async () => statfs(onDisk(folder)));
	const free = bavail * bsize;
	if (bytes > free) {
		throw new NotEnoughDiskError(folder, `${formatBytes(free)} are free, ${formatBytes(bytes)} are to come`);
	}

	if (inodes > 0 && files > ffree) {
		throw new NotEnoughDiskError(folder, `it can hold ${ffree} more files, ${files} are to come`);
	}
}

/** Bytes that a file takes here. */
async function roomOf(path: string): Promise<number | undefined> {
	return lstat(onDisk(path)).then(
		stats => (stats.isFile() ? stats.blocks * 512 : undefined),
		() => undefined,
	);
}

const byPath = (a: {readonly path: string}, b: {readonly path: string}) => (a.path < b.path ? -1 : 1);

type Fetched = FetchedFile & {readonly kept: boolean};

async function fetchAll(
	transfer: Transfer,
	downloads: readonly Download[],
	{mayKeep, holes}: {readonly mayKeep: boolean; readonly holes: ReadonlyMap<string, Holes>},
): Promise<{readonly fetched: ReadonlyMap<Download, Fetched>; readonly failed: readonly Remark[]}> {
	const fetched = new Map<Download, Fetched>();
	const failed: Remark[] = [];
	await together(downloads, async one => {
		if (mayKeep && (await sizeOf(one.localPath)) === one.file.size && (await sizeOf(one.partPath)) === undefined) {
			const sha256 = (await hashFile(one.localPath)).digest('hex');
			transfer.moved(one.file.size);
			fetched.set(one, {sha256, bytes: one.file.size, isVerified: false, kept: true});
			return;
		}

		try {
			const result = await fetchFile(transfer, one.remotePath, one.partPath, one.file.mode, holes.get(one.remotePath));
			fetched.set(one, {...result, kept: false});
		} catch (error) {
			const isAlone = one.file.relative === '';
			if (error instanceof RemoteFileError && !isAlone) {
				failed.push({path: one.file.relative, text: `cannot be read: ${error.why}`});
			} else if (!(error instanceof RemoteFileMissingError) || isAlone) {
				throw error;
			}
		}
	});
	return {fetched, failed};
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

async function sizeOf(path: string): Promise<number | undefined> {
	try {
		const stats = await lstat(onDisk(path));
		return stats.isFile() ? stats.size : undefined;
	} catch {
		return undefined; // Nothing we could keep.
	}
}
