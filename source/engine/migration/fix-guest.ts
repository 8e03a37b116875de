import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {checkExt} from '../guest/edit/check-ext.js';
import {isPlainName} from '../guest/edit/debugfs-names.js';
import {editExt} from '../guest/edit/edit-ext.js';
import {GuestEditError} from '../guest/edit/guest-edit-error.js';
import {neededEdits} from '../guest/edit/needed-edits.js';
import type {ExtPlace} from '../guest/edit/run-debugfs.js';
import {openExt} from '../guest/ext/open-ext.js';
import {allFixUps} from '../guest/fix-ups/all-fix-ups.js';
import type {FixUp} from '../guest/fix-ups/fix-up.js';
import type {GuestDisk, GuestEdit} from '../guest/guest-disk.js';
import type {ImageReport} from '../images/image-report.js';
import type {MigrationContext} from './migration-context.js';
import {openPlainFile} from './plain-file/open-plain-file.js';

export type NeededFixUp = {readonly fixUp: FixUp; readonly edits: readonly GuestEdit[]};

/** Brings the guest in a file that is its root partition into a shape that lives in a cloud, and proves by reading that it has it. */
export async function fixGuest(
	file: string,
	report: ImageReport,
	{work, signal, say}: Pick<MigrationContext, 'work' | 'signal' | 'say'>,
): Promise<void> {
	const scratch = join(work, 'scratch');
	await mkdir(scratch, {recursive: true, mode: 0o700});
	const place: ExtPlace = {file, scratch, signal};

	if ((await checkExt(place)) === 'repaired') {
		await say('Repaired the file system of the copy (the machine was not shut down cleanly)', 'warning');
	}

	const found = await readDisk(place, async disk => {
		for (const path of await untouchable(disk, report)) {
			await say(`Left ${JSON.stringify(path)} as it is: a file of such a name is not edited`, 'warning');
		}

		const needed = await neededFixUps(disk, report);
		await editExt(
			place,
			disk,
			needed.flatMap(({edits}) => edits),
		);
		return needed;
	});
	for (const {fixUp, edits} of found) {
		await say(`Fixed ${fixUp.name}: ${fixUp.what}${savedNote(edits)}`);
	}

	await checkExt(place);
	const left = await readDisk(place, async disk => neededFixUps(disk, report));
	if (left.length > 0) {
		throw new GuestEditError(`these changes did not come about: ${left.map(({fixUp}) => fixUp.name).join(', ')}.`);
	}
}

/** The fix-ups that would change something, with what they would change. */
export async function neededFixUps(
	disk: GuestDisk,
	report: Pick<ImageReport, 'root' | 'partitions'>,
): Promise<readonly NeededFixUp[]> {
	const needed: NeededFixUp[] = [];
	for (const fixUp of allFixUps) {
		const edits = await neededEdits(disk, (await fixUp.edits({disk, report})).filter(hasPlainPath));
		if (edits.length > 0) {
			needed.push({fixUp, edits});
		}
	}

	return needed;
}

/** A guest may call its files what it likes; those that debugfs cannot be told stay, for none of them keeps it from booting. */
const hasPlainPath = ({path}: GuestEdit): boolean => path.split('/').slice(1).every(isPlainName);

async function untouchable(
	disk: GuestDisk,
	report: Pick<ImageReport, 'root' | 'partitions'>,
): Promise<readonly string[]> {
	const paths = new Set<string>();
	for (const fixUp of allFixUps) {
		for (const edit of await fixUp.edits({disk, report})) {
			if (!hasPlainPath(edit)) {
				paths.add(edit.path);
			}
		}
	}

	return [...paths];
}

function savedNote(edits: readonly GuestEdit[]): string {
	const saved = edits.flatMap(edit => (edit.kind === 'save' ? edit.as : []));
	return saved.length === 0 ? '' : ` The original is kept in the machine as ${saved.join(', ')}.`;
}

async function readDisk<Result>(place: ExtPlace, work: (disk: GuestDisk) => Promise<Result>): Promise<Result> {
	const source = await openPlainFile(place.file);
	try {
		return await work(await openExt(source, 0));
	} finally {
		await source.close();
	}
}
