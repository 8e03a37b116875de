import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MissingProgramError} from '../../source/engine/host/missing-program-error.js';
import {ProgramFailedError} from '../../source/engine/host/program-failed-error.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {systemClock} from '../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../source/engine/migration/migrate-to-local.js';
import {editByGuestfish} from '../helpers/edit-by-guestfish.js';

const rounds = 3;

/** Migration to the local cloud against its peers, on disks of different sizes with the same Debian in them. */
export const bench = {
	name: 'migrate',
	summary: 'A VDI to a local AMI: D2CM against qemu-img convert -O raw, and against guestfish doing the same edits.',
	async run() {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		try {
			const figures: Record<string, unknown> = {};
			const ratios: Record<string, number> = {};
			const leftOut = ['qemu-img converts only: what comes out would not boot in a cloud.'];
			for (const [name, vdi] of Object.entries(await makeImages(folder))) {
				const ours = await median(async () => migrate(vdi, join(folder, 'home')));
				const convert = await median(async () => convertToRaw(vdi, join(folder, 'converted.raw')));
				const guestfish = name === 'desktop' ? await measureGuestfish(vdi, folder, leftOut) : undefined;
				figures[name] = {
					fileBytes: (await stat(vdi)).size,
					oursMs: ours,
					qemuImgConvertMs: convert,
					guestfishMs: guestfish,
				};
				ratios[`${name}: qemu-img convert over ours`] = round(convert / ours);
				if (guestfish !== undefined) {
					ratios[`${name}: guestfish over ours`] = round(guestfish / ours);
				}
			}

			leftOut.push('guestfish was asked once, on the first disk; its time hardly depends on the size.');
			return {figures, ratios, leftOut};
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};

/** The sample desktop; the same on a disk of 20 GiB; and that one as a static VDI, all of whose blocks are in the file. */
async function makeImages(folder: string): Promise<Readonly<Record<string, string>>> {
	const desktop = join(folder, 'desktop.vdi');
	const large = join(folder, 'large.qcow2');
	const sparse = join(folder, 'sparse.vdi');
	const dense = join(folder, 'dense.vdi');
	await runProgram('scripts/make-sample-desktop', [desktop], {timeoutMs: 1_200_000});
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', desktop, large, '20G']);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', large, sparse]);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', '-o', 'static=on', large, dense]);
	return {desktop, sparse20Gib: sparse, dense20Gib: dense};
}

async function migrate(vdi: string, home: string): Promise<void> {
	const migration = {id: 'mig-0123abcd', image: 'bench', file: vdi, cloud: 'local', installation: '', createdAt: ''};
	await migrateToLocal({
		migration,
		workFolder: join(home, 'migrations', migration.id),
		localFolder: join(home, 'local'),
		journal: {records: [], append: async () => undefined},
		signal: new AbortController().signal,
		clock: systemClock,
	});
	await rm(home, {recursive: true});
}

async function convertToRaw(vdi: string, raw: string): Promise<void> {
	await runProgram('qemu-img', ['convert', '-f', 'vdi', '-O', 'raw', vdi, raw]);
	await rm(raw);
}

async function measureGuestfish(vdi: string, folder: string, leftOut: string[]): Promise<number | undefined> {
	try {
		return await wallMs(async () => editByGuestfish(vdi, folder));
	} catch (error) {
		if (!(error instanceof MissingProgramError || error instanceof ProgramFailedError)) {
			throw error;
		}

		leftOut.push(`guestfish: ${error.message}`);
		return undefined;
	}
}

async function median(work: () => Promise<void>): Promise<number> {
	const times: number[] = [];
	for (let nth = 0; nth < rounds; nth++) {
		times.push(await wallMs(work));
	}

	return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

async function wallMs(work: () => Promise<void>): Promise<number> {
	const began = performance.now();
	await work();
	return Math.round(performance.now() - began);
}

const round = (ratio: number): number => Math.round(ratio * 10) / 10;
