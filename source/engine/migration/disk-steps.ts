import {statfs} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {isSameFile} from '../host/file-identity.js';
import {formatBytes} from '../host/format-bytes.js';
import {NotEnoughDiskError} from '../host/not-enough-disk-error.js';
import {runProgram} from '../host/run-program.js';
import {type OpenGuest, openGuest} from '../images/open-guest.js';
import {openVdi} from '../images/open-vdi.js';
import {findWriter} from './find-writer.js';
import {fixGuest} from './fix-guest.js';
import {ImageCannotRunError} from './image-cannot-run-error.js';
import {changedSince, type Migration} from './migration.js';
import type {MigrationStep} from './migration-context.js';
import type {PlainFile} from './plain-file/plain-file.js';
import {presentAsFile} from './plain-file/present-as-file.js';
import {VdiInUseError} from './vdi-in-use-error.js';

/** What the steps share that make the disk of an AMI from a VDI, whichever the cloud. */
export type DiskContext = {
	readonly migration: Migration;
	/** Where the overlay is made. */
	readonly work: string;
	readonly signal: AbortSignal;
	/** One line of the live log. */
	readonly say: (message: string, level?: 'info' | 'warning') => Promise<void>;
	/** The VDI, from the first step on. */
	guest?: OpenGuest;
	/** The overlay, while it is edited. */
	plainFile?: PlainFile | undefined;
};

/** What an AMI is made of: the VDI with our changes. */
export const overlayFile = (work: string): string => join(work, 'disk.qcow2');

/** @throws {VdiInUseError | ImageCannotRunError} And what `openGuest` throws. */
export const inspect: MigrationStep<DiskContext> = {
	name: 'inspect',
	async do(context) {
		const {file} = context.migration;
		await context.say(`Looking into ${basename(file)}`);
		const writer = await findWriter(file);
		if (writer) {
			throw new VdiInUseError(file, `is open for writing in ${writer}`);
		}

		context.guest = await openGuest(file);
		const {report} = context.guest;
		if (report.verdict === 'cannot-run') {
			throw new ImageCannotRunError(file, report);
		}

		const change = changedSince(context.migration, context.guest);
		if (change !== undefined) {
			await context.say(change, 'warning');
		}

		await context.say(`Found ${report.os.name} on partition ${report.root.number} (${report.root.fileSystem})`);
	},
};

export const createOverlay: MigrationStep<DiskContext> = {
	name: 'create-overlay',
	async do({work, guest, signal, say}) {
		const {report} = needed(guest);
		await mustHaveRoom(work);
		await say('Creating an overlay; the VDI itself is only read');
		const arguments_ = ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', report.file, overlayFile(work)];
		await runProgram('qemu-img', arguments_, {signal});
	},
};

export const fixUp: MigrationStep<DiskContext> = {
	name: 'fix-up',
	async do(context) {
		const {work, signal, say} = context;
		const {report} = needed(context.guest);
		const plainFile = await presentAsFile(overlayFile(work), report.root, {
			signal,
			onCopy: async reason => say(`${reason} The whole partition is copied instead, which takes longer.`, 'warning'),
		});
		context.plainFile = plainFile;
		await fixGuest(plainFile.file, report, context);
		await plainFile.keep();
		context.plainFile = undefined;
	},
};

/** For what is changed in the overlay, a kernel and its initramfs. */
const leastBytes = 128 * 2 ** 20;

/** @throws {NotEnoughDiskError} Before anything is begun that a full disk would end in the middle. */
async function mustHaveRoom(work: string): Promise<void> {
	const {bavail, bsize} = await statfs(work);
	if (bavail * bsize < leastBytes) {
		const [free, least] = [bavail * bsize, leastBytes].map(formatBytes);
		throw new NotEnoughDiskError(work, `${free} are free, and a migration needs ${least}`);
	}
}

/** @throws {VdiInUseError} When the VDI is not as it was when it was inspected. */
export async function mustBeUnchanged({guest}: Pick<DiskContext, 'guest'>): Promise<void> {
	const {report, identity} = needed(guest);
	const now = await openVdi(report.file);
	await now.close();
	if (now.fingerprint !== report.fingerprint || !isSameFile(now.identity, identity)) {
		throw new VdiInUseError(report.file, 'has changed while it was migrated');
	}
}

/** What an earlier step has put into the context. */
export function needed<Value>(value: Value | undefined): Value {
	if (value === undefined) {
		throw new Error('The steps of a migration run in order.');
	}

	return value;
}
