import type {AppError} from '../engine/errors/app-error.js';
import {ImageCannotRunError} from '../engine/migration/image-cannot-run-error.js';
import {changedSince, type Migration} from '../engine/migration/migration.js';
import {shortLimits} from '../engine/object-store/short-limits.js';
import type {Database} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import type {MigrationPlan} from './d2cm.js';

/** Somebody waits for the plan. */
const shortPatience = {mostAttempts: 2, attemptTimeoutMs: 5000, mostPauseMs: 1000};

/** Looks into the image and asks the cloud; nothing is made or sent. */
export async function planMigration(
	migration: Migration,
	database: Database,
	{home}: Pick<HomePaths, 'home'>,
): Promise<MigrationPlan> {
	const {openGuest} = await import('../engine/images/open-guest.js');
	const {way = 'local', bucket = ''} = migration;
	const remarks: string[] = [];
	const guest = await openGuest(migration.file);
	try {
		const {report} = guest;
		const change = changedSince(migration, guest);
		if (change !== undefined) {
			remarks.push(change);
		}

		const plan = {way, bucket, remarks, bytes: way === 'local' ? 0 : report.vdi.allocatedBytes, keeping: ''};
		if (report.verdict === 'cannot-run') {
			return {...plan, obstacle: told(new ImageCannotRunError(migration.file, report))};
		}

		if (way === 'local') {
			return plan;
		}

		const {keepingUsd, keepingWords} = await import('../engine/migration/to-cloud/keeping-cost.js');
		const {cloudMigrationRequest} = await import('./cloud-migration-request.js');
		const {findObstacle} = await import('../engine/migration/to-cloud/find-obstacle.js');
		const job = {
			migration: {...migration, way},
			workFolder: home,
			signal: new AbortController().signal,
			journal: {records: [], append: async () => undefined},
		};
		const request = await cloudMigrationRequest(job, database, {patience: shortPatience, limits: shortLimits});
		try {
			const usd = keepingUsd(way, {storedBytes: plan.bytes}, request.rules);
			const obstacle = await findObstacle(request, guest, async remark => void remarks.push(remark));
			return {...plan, keeping: keepingWords(plan.bytes, usd), ...(obstacle && {obstacle: told(obstacle)})};
		} finally {
			request.calls.close();
		}
	} finally {
		await guest.close();
	}
}

const told = ({message, hint}: AppError) => ({message, hint});
