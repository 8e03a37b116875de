import {isMissing} from '../host/is-missing.js';
import type {Connection} from './connection.js';
import {hashFile} from './hash-file.js';
import {readableTree} from './list-local-tree.js';
import {LocalFileError} from './local-file-error.js';
import {partPath} from './part-path.js';
import {RemoteFileError} from './remote-file-error.js';
import {remoteLargeSum, remoteSums} from './remote-sums.js';
import {type SentFile, type SentPart, sendFile} from './send-file.js';
import type {SftpFiles} from './sftp-files.js';
import type {TransferSummary, UploadOptions} from './shell.js';
import {together} from './together.js';
import {createTransfer, largeBytes, type Transfer} from './transfer.js';
import {changedText, goneText, pathUnder, type Remark, type TreeEntry, type TreeFile} from './tree.js';
import {VerificationError} from './verification-error.js';

type Upload = {
	readonly file: TreeFile;
	readonly localPath: string;
	readonly remotePath: string;
	readonly temporaryPath: string;
};

/**
Copies a local file or folder. Every file gets a temporary name first, and its own when the instance has computed the same
SHA-256 as we. What is there already with the same content is not sent again, and what a broken connection left of a large file
is gone on with, once the instance has computed the same SHA-256 of that part as we. Folders that are there already keep their modes.

@throws {VerificationError} When a file arrives wrong twice; then none is renamed, and nothing of them stays.
*/
export async function upload(
	connection: Connection,
	sftp: SftpFiles,
	localRoot: string,
	remoteRoot: string,
	options: UploadOptions,
): Promise<TransferSummary> {
	const {signal} = options;
	const tree = await readableTree(localRoot);
	const wanted = tree.files.filter(({relative}) => !options.without?.has(relative));
	const totalBytes = wanted.reduce((sum, {size}) => sum + size, 0);
	const transfer = createTransfer(connection, sftp, totalBytes, options);

	const wasThere = await sftp.stat(remoteRoot, signal);
	await sftp.makeFolders(parentOf(remoteRoot), signal);
	const made: TreeEntry[] = [];
	for (const folder of tree.folders) {
		const isNew = await sftp.makeFolders(pathUnder(remoteRoot, folder.relative), signal, folder.mode | 0o700);
		made.push(...(isNew ? [folder] : []));
	}

	const all = wanted.map(file => describeUpload(file, localRoot, remoteRoot));
	const there = wasThere ? await findUnchanged(transfer, all) : new Set<Upload>();
	const toSend = all.filter(one => !there.has(one));
	const remarks: Remark[] = [...tree.remarks];
	try {
		const sent = await sendAll(transfer, toSend, {mayResume: true});
		const wrong = await findWrong(transfer, sent);
		const again = await sendAll(transfer, wrong, {mayResume: false});
		const stillWrong = await findWrong(transfer, again);
		if (stillWrong.length > 0) {
			throw new VerificationError(
				connection.name,
				stillWrong.map(({remotePath}) => remotePath),
			);
		}

		const last = new Map([...sent, ...again]);
		await together([...last.keys()], async ({temporaryPath, remotePath}) =>
			sftp.rename(temporaryPath, remotePath, signal),
		);
		for (const one of toSend) {
			const {relative: path} = one.file;
			if (last.get(one)?.hasChanged !== false) {
				remarks.push({path, text: last.has(one) ? changedText : goneText});
			}
		}

		for (const link of tree.links) {
			await sendLink(sftp, pathUnder(remoteRoot, link.relative), link.target, signal);
		}

		for (const {relative, mode, modifiedAt} of made.toReversed()) {
			await sftp.change(pathUnder(remoteRoot, relative), {mode, modifiedAt}, signal);
		}
	} catch (error) {
		if (!connection.closed) {
			// Most are not there: they were not begun, or have their names already.
			await Promise.allSettled(toSend.map(async ({temporaryPath}) => sftp.remove(temporaryPath)));
		}

		throw error;
	}

	return {files: all.length, bytes: totalBytes, ...(remarks.length > 0 && {remarks})};
}

async function sendAll(
	transfer: Transfer,
	uploads: readonly Upload[],
	{mayResume}: {readonly mayResume: boolean},
): Promise<ReadonlyMap<Upload, SentFile>> {
	const sent = new Map<Upload, SentFile>();
	await together(uploads, async one => {
		const {localPath, temporaryPath, file: entry} = one;
		try {
			const start = mayResume && entry.size >= largeBytes ? await findSent(transfer, one) : undefined;
			sent.set(one, await sendFile(transfer, localPath, temporaryPath, {entry, ...(start && {start})}));
		} catch (error) {
			// What was listed and is gone is not there, as if it had been gone a moment earlier.
			const cause = error instanceof LocalFileError ? error.cause : error;
			if (entry.relative === '' || !isMissing(cause)) {
				throw error;
			}
		}
	});
	return sent;
}

/** Puts a link there, in place of a link or a file. */
async function sendLink(sftp: SftpFiles, path: string, target: string, signal?: AbortSignal): Promise<void> {
	const found = await sftp.statEntry(path, signal);
	if (found?.kind === 'link' && (await sftp.readLink(path, signal)) === target) {
		return;
	}

	const temporary = partPath(path);
	await sftp.remove(temporary).catch(() => undefined); // An earlier call may have left one.
	await sftp.makeLink(temporary, target, signal);
	await sftp.rename(temporary, path, signal);
}

/** The beginning of a file that an earlier connection brought there, if it is what we would send. */
async function findSent(
	{connection, sftp, signal}: Transfer,
	{localPath, temporaryPath, file}: Upload,
): Promise<SentPart | undefined> {
	const bytes = (await sftp.stat(temporaryPath, signal))?.size ?? 0;
	if (bytes === 0 || bytes > file.size) {
		return undefined;
	}

	const [theirs, hash] = await Promise.all([
		remoteLargeSum(connection, temporaryPath, signal),
		hashFile(localPath, bytes),
	]);
	return hash.copy().digest('hex') === theirs ? {bytes, hash} : undefined;
}

async function findWrong(
	{connection, signal, moved}: Transfer,
	sent: ReadonlyMap<Upload, SentFile>,
): Promise<readonly Upload[]> {
	const entries = [...sent];
	const small = entries.filter(([, {bytes}]) => bytes < largeBytes);
	const sums = new Map(
		await remoteSums(
			connection,
			small.map(([{temporaryPath}]) => temporaryPath),
			signal,
		),
	);
	const large = entries.filter(([, {bytes}]) => bytes >= largeBytes);
	await together(large, async ([{temporaryPath}]) => {
		sums.set(temporaryPath, (await remoteLargeSum(connection, temporaryPath, signal)) ?? '');
	});
	const wrong = entries.filter(([{temporaryPath}, {sha256}]) => sums.get(temporaryPath) !== sha256);
	for (const [, {bytes}] of wrong) {
		moved(-bytes);
	}

	return wrong.map(([one]) => one);
}

/** What an earlier call brought there. */
async function findUnchanged(transfer: Transfer, uploads: readonly Upload[]): Promise<ReadonlySet<Upload>> {
	const {connection, sftp, signal, moved} = transfer;
	const candidates: Upload[] = [];
	const times = new Map<Upload, number | undefined>();
	await together(uploads, async one => {
		const stats = await sftp.stat(one.remotePath, signal);
		times.set(one, stats?.modifiedAt);
		if (stats?.kind === 'folder') {
			throw new RemoteFileError(connection.name, one.remotePath, 'refused');
		}

		if (stats?.kind === 'file' && stats.size === one.file.size && (stats.mode & 0o777) === one.file.mode) {
			candidates.push(one);
		}
	});
	const sums = await remoteSums(
		connection,
		candidates.map(({remotePath}) => remotePath),
		signal,
	);
	const unchanged = new Set<Upload>();
	for (const one of candidates) {
		if ((await hashFile(one.localPath)).digest('hex') === sums.get(one.remotePath)) {
			const {modifiedAt} = one.file;
			if (times.get(one) !== modifiedAt) {
				await sftp.change(one.remotePath, {modifiedAt}, signal);
			}

			unchanged.add(one);
			moved(one.file.size);
		}
	}

	return unchanged;
}

function describeUpload(file: TreeFile, localRoot: string, remoteRoot: string): Upload {
	const remotePath = pathUnder(remoteRoot, file.relative);
	return {
		file,
		localPath: pathUnder(localRoot, file.relative),
		remotePath,
		temporaryPath: partPath(remotePath),
	};
}

function parentOf(path: string): string {
	const trimmed = path.replace(/(?<!\/)\/+$/, '');
	return trimmed.slice(0, trimmed.lastIndexOf('/') + 1);
}
