import {randomBytes} from 'node:crypto';
import {access, constants} from 'node:fs/promises';
import {join} from 'node:path';
import {ImageFileError} from '../engine/images/image-file-error.js';
import type {Migration} from '../engine/migration/migration.js';
import {makePrivateFolder} from '../store/private-folder.js';
import {writeFileAtomically} from '../store/write-file-atomically.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {UnsupportedCloudError} from './errors/unsupported-cloud-error.js';
import {definitionFile, type JobDefinition, migrationFolder} from './job-folders.js';
import {findNamed} from './named-entries.js';

type MigrationActions = Pick<D2cm, 'startMigration'>;

export function migrationActions(
	{paths, store, cloud: openCloud}: ActionContext,
	start: (job: JobDefinition) => ReturnType<D2cm['job']>,
): MigrationActions {
	return {
		async startMigration({image: imageName, cloud}) {
			await store.refresh();
			const image = findNamed('image', store.data().images, imageName);
			// Before anything is made: a cloud that cannot be used, a file that is gone.
			const {kind} = findNamed('cloud', store.data().clouds, cloud);
			if (kind !== 'local') {
				throw new UnsupportedCloudError(cloud, kind);
			}

			await openCloud(cloud);
			await access(image.file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
				throw new ImageFileError(image.file, error.code ?? 'unknown', {cause: error});
			});
			const migration: Migration = {
				id: `mig-${randomBytes(4).toString('hex')}`,
				image: image.name,
				file: image.file,
				cloud,
				installation: store.data().installation,
				createdAt: new Date().toISOString(),
			};
			const folder = migrationFolder(paths, migration.id);
			await makePrivateFolder(folder);
			await writeFileAtomically(
				join(folder, definitionFile.migration),
				`${JSON.stringify(migration, undefined, '\t')}\n`,
			);
			const {id, createdAt} = migration;
			await store.update(draft => draft.migrations.push({id, image: image.name, cloud, createdAt}));
			return start({kind: 'migration', folder, definition: migration});
		},
	};
}
