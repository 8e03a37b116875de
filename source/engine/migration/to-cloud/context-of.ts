import {join, resolve} from 'node:path';
import type {CloudMigrationContext, CloudMigrationRequest} from './cloud-migration.js';

/** What the steps share; nothing is opened or made. */
export function contextOf(request: CloudMigrationRequest): CloudMigrationContext {
	const {migration, journal} = request;
	const workFolder = resolve(request.workFolder);
	return {
		...request,
		workFolder,
		work: join(workFolder, 'work'),
		uploadFolder: join(workFolder, 'upload'),
		amiName: `${migration.image}-${migration.id}`,
		say: async (message, level = 'info') => journal.append({kind: 'event', level, message}),
	};
}
