import {randomBytes} from 'node:crypto';
import {access, constants} from 'node:fs/promises';
import {join} from 'node:path';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {ImageFileError} from '../engine/images/image-file-error.js';
import type {Migration} from '../engine/migration/migration.js';
import {migrationOptions} from '../engine/migration/migration-options.js';
import {inHome} from '../store/in-home.js';
import {makePrivateFolder} from '../store/private-folder.js';
import {writeFileAtomically} from '../store/write-file-atomically.js';
import type {ActionContext} from './action-context.js';
import {cloudAccess} from './cloud-access.js';
import type {D2cm, MigrationRequest} from './d2cm.js';
import {definitionFile, type JobDefinition, migrationFolder} from './job-folders.js';
import {findNamed} from './named-entries.js';
import {planMigration} from './plan-migration.js';

type MigrationActions = Pick<D2cm, 'startMigration' | 'planMigration'>;

export function migrationActions(
	{paths, store}: ActionContext,
	start: (job: JobDefinition) => ReturnType<D2cm['job']>,
): MigrationActions {
	/** Before anything is made: a cloud that cannot be used, a file that is gone, a wish that cannot be met. */
	const define = async ({image: imageName, cloud: cloudName, ...wanted}: MigrationRequest): Promise<Migration> => {
		await store.refresh();
		const {images, clouds, installation} = store.data();
		const image = findNamed('image', images, imageName);
		const cloud = findNamed('cloud', clouds, cloudName);
		const traits = traitsOf(cloud.kind);
		const options = migrationOptions(wanted, {cloud: cloudName, traits, installation});
		if (traits.credential) {
			cloudAccess(cloudName, store.data());
		}

		await access(image.file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
			throw new ImageFileError(image.file, error.code ?? 'unknown', {cause: error});
		});
		return {
			id: `mig-${randomBytes(4).toString('hex')}`,
			image: image.name,
			file: image.file,
			cloud: cloudName,
			installation,
			createdAt: new Date().toISOString(),
			...(image.fingerprint !== undefined && {
				registered: {
					fingerprint: image.fingerprint,
					at: image.addedAt,
					...(image.identity && {identity: image.identity}),
				},
			}),
			...options,
			...(cloud.region === '' ? {} : {region: cloud.region}),
		};
	};

	/** An image that an older version registered is known better from its next migration on, if it is still the same. */
	const fillIdentity = async ({image: name, file, registered}: Migration): Promise<void> => {
		if (registered === undefined || registered.identity) {
			return;
		}

		const {openVdi} = await import('../engine/images/open-vdi.js');
		const vdi = await openVdi(file).catch(() => undefined); // What is wrong with it the migration says.
		await vdi?.close();
		if (vdi?.fingerprint === registered.fingerprint) {
			await store.update(draft => {
				const entry = draft.images.find(image => image.name === name);
				if (entry) {
					entry.identity = vdi.identity;
				}
			});
		}
	};

	return {
		planMigration: async request => planMigration(await define(request), store.data(), paths),
		async startMigration(request) {
			const migration = await define(request);
			await fillIdentity(migration);
			const folder = migrationFolder(paths, migration.id);
			await inHome(paths.home, async () => {
				await makePrivateFolder(folder);
				await writeFileAtomically(
					join(folder, definitionFile.migration),
					`${JSON.stringify(migration, undefined, '\t')}\n`,
				);
			});
			return start({kind: 'migration', folder, definition: migration});
		},
	};
}
