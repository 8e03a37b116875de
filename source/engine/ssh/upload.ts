import {createHash} from 'node:crypto';
import type {Connection} from './connection.js';
import {hashFile} from './hash-file.js';
import {listLocalTree} from './list-local-tree.js';
import {RemoteFileError} from './remote-file-error.js';
import {remoteSums} from './remote-sums.js';
import {sendFile} from './send-file.js';
import type {SftpFiles} from './sftp-files.js';
import type {TransferOptions, TransferSummary} from './shell.js';
import {together} from './together.js';
import {createTransfer, type Transfer} from './transfer.js';
import {pathUnder, type TreeFile} from './tree.js';
import {VerificationError} from './verification-error.js';

type Upload = {
	readonly file: TreeFile;
	readonly localPath: string;
	readonly remotePath: string;
	readonly temporaryPath: string;
};

/**
Copies a local file or folder. Every file gets a temporary name first, and its own when the instance has computed the same
SHA-256 as we. What is there already with the same content is not sent again.

@throws {VerificationError} When a file arrives wrong twice; then none is renamed, and nothing of them stays.
*/
export async function upload(
	connection: Connection,
	sftp: SftpFiles,
	localRoot: string,
	remoteRoot: string,
	options: TransferOptions,
): Promise<TransferSummary> {
	const {signal} = options;
	const tree = await listLocalTree(localRoot);
	const totalBytes = tree.files.reduce((sum, {size}) => sum + size, 0);
	const transfer = createTransfer(connection, sftp, totalBytes, options);

	const wasThere = await sftp.stat(remoteRoot, signal);
	await sftp.makeFolders(parentOf(remoteRoot), signal);
	for (const folder of tree.folders) {
		await sftp.makeFolders(pathUnder(remoteRoot, folder), signal);
	}

	const all = tree.files.map(file => describeUpload(file, localRoot, remoteRoot));
	const there = wasThere ? await findUnchanged(transfer, all) : new Set<Upload>();
	const toSend = all.filter(one => !there.has(one));
	try {
		const wrong = await findWrong(transfer, await sendAll(transfer, toSend));
		const stillWrong = await findWrong(transfer, await sendAll(transfer, wrong));
		if (stillWrong.length > 0) {
			throw new VerificationError(
				connection.name,
				stillWrong.map(({remotePath}) => remotePath),
			);
		}

		await together(toSend, async ({temporaryPath, remotePath}) => sftp.rename(temporaryPath, remotePath, signal));
	} catch (error) {
		if (!connection.closed) {
			// Most are not there: they were not begun, or have their names already.
			await Promise.allSettled(toSend.map(async ({temporaryPath}) => sftp.remove(temporaryPath)));
		}

		throw error;
	}

	return {
		files: all.length,
		bytes: totalBytes,
		...(tree.skipped.length > 0 && {skipped: tree.skipped}),
	};
}

async function sendAll(transfer: Transfer, uploads: readonly Upload[]): Promise<ReadonlyMap<Upload, string>> {
	const sums = new Map<Upload, string>();
	await together(uploads, async one => {
		const {sha256} = await sendFile(transfer, one.localPath, one.temporaryPath, one.file.mode);
		sums.set(one, sha256);
	});
	return sums;
}

async function findWrong(
	{connection, signal}: Transfer,
	sent: ReadonlyMap<Upload, string>,
): Promise<readonly Upload[]> {
	const sums = await remoteSums(
		connection,
		[...sent.keys()].map(({temporaryPath}) => temporaryPath),
		signal,
	);
	return [...sent].filter(([one, sha256]) => sums.get(one.temporaryPath) !== sha256).map(([one]) => one);
}

/** What an earlier call brought there. */
async function findUnchanged(transfer: Transfer, uploads: readonly Upload[]): Promise<ReadonlySet<Upload>> {
	const {connection, sftp, signal, moved} = transfer;
	const candidates: Upload[] = [];
	await together(uploads, async one => {
		const stats = await sftp.stat(one.remotePath, signal);
		if (stats?.isDirectory()) {
			throw new RemoteFileError(connection.name, one.remotePath, 'refused');
		}

		if (stats?.isFile() && stats.size === one.file.size && (stats.mode & 0o777) === one.file.mode) {
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
			unchanged.add(one);
			moved(one.file.size);
		}
	}

	return unchanged;
}

function describeUpload(file: TreeFile, localRoot: string, remoteRoot: string): Upload {
	const remotePath = pathUnder(remoteRoot, file.relative);
	const mark = createHash('sha256').update(remotePath).digest('hex').slice(0, 12);
	const folder = remotePath.slice(0, remotePath.lastIndexOf('/') + 1);
	return {
		file,
		localPath: pathUnder(localRoot, file.relative),
		remotePath,
		temporaryPath: `${folder}.d2cm-${mark}.part`,
	};
}

function parentOf(path: string): string {
	return path.replace(/\/*$/, '').replace(/[^/]*$/, '');
}
