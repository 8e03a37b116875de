import {isImageId} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {createAwsCalls} from '../engine/cloud/ec2/aws-calls.js';
import {explainRefusal} from '../engine/credentials/explain-refusal.js';
import {systemClock} from '../engine/host/system-clock.js';
import type {AmiEntry} from '../store/database.js';
import {InvalidEntryError} from '../store/invalid-entry-error.js';
import type {ActionContext} from './action-context.js';
import {cloudAccess} from './cloud-access.js';
import type {D2cm} from './d2cm.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {findNamed} from './named-entries.js';
import {objectStoreOf} from './object-store-of.js';

type AmiActions = Pick<D2cm, 'removeAmi' | 'registerAmi'>;

/** What images have become in clouds. */
export function amiActions({store, cloud: openCloud, changed}: ActionContext): AmiActions {
	const {signal} = new AbortController();

	/** Undefined for the cloud of this machine, and where the user has given no keys: then what is known here must do. */
	const reach = (cloudName: string) => {
		if (!traitsOf(findNamed('cloud', store.data().clouds, cloudName).kind).credential) {
			return undefined;
		}

		try {
			return cloudAccess(cloudName, store.data());
		} catch (error) {
			if (error instanceof NoCredentialError) {
				return undefined;
			}

			throw error;
		}
	};

	const removeFromCloud = async (
		{cloud, id, migration, snapshot = '', location = ''}: AmiEntry,
		data: 'keep' | 'delete',
	) => {
		if (!traitsOf(findNamed('cloud', store.data().clouds, cloud).kind).credential) {
			await (await openCloud(cloud)).deregisterImage(id);
			return;
		}

		const access = reach(cloud);
		if (access) {
			const {removeCloudAmi} = await import('../engine/migration/to-cloud/remove-cloud-ami.js');
			const calls = createAwsCalls(access, systemClock);
			try {
				const place = {calls, store: await objectStoreOf(access)};
				const {installation} = store.data();
				await removeCloudAmi(place, {installation, migration, imageId: id, snapshot, location, data}, signal);
			} catch (error) {
				throw explainRefusal(error, access);
			} finally {
				calls.close();
			}
		}
	};

	return {
		async removeAmi(cloud, id, {data} = {data: 'delete'}) {
			await store.refresh();
			const known = store.data().amis.filter(ami => ami.cloud === cloud);
			const ami = known.find(one => one.id === id);
			if (!ami) {
				throw new UnknownNameError(
					'AMI',
					id,
					known.map(one => one.id),
				);
			}

			await removeFromCloud(ami, data);
			await store.update(draft => {
				draft.amis = draft.amis.filter(one => one.cloud !== cloud || one.id !== id);
			});
			changed();
		},
		async registerAmi(given) {
			const {id, cloud, image} = given;
			if (!isImageId(id)) {
				throw new InvalidEntryError(`${id} is no AMI: it must be ami- and 8 to 17 hexadecimal digits.`);
			}

			await store.refresh();
			const {amis, images} = store.data();
			if (image !== '') {
				findNamed('image', images, image);
			}

			const access = reach(cloud);
			const before = amis.find(ami => ami.cloud === cloud && ami.id === id);
			const fallback = {createdAt: new Date().toISOString(), virtualBytes: 0, migration: ''};
			const ami = {...fallback, ...before, ...given, ...(access && (await ask(access, {cloud, id})))};
			await store.update(draft => {
				draft.amis = [...draft.amis.filter(one => one.cloud !== cloud || one.id !== id), ami];
			});
			changed();
			return ami;
		},
	};

	async function ask(access: NonNullable<ReturnType<typeof reach>>, ami: {cloud: string; id: string}) {
		const {lookUpAmi} = await import('../engine/migration/to-cloud/look-up-ami.js');
		const calls = createAwsCalls(access, systemClock);
		try {
			const {virtualBytes, createdAt, ...found} = await lookUpAmi(calls, ami, signal);
			return {...found, ...(virtualBytes > 0 && {virtualBytes}), ...(createdAt !== '' && {createdAt})};
		} catch (error) {
			throw explainRefusal(error, access);
		} finally {
			calls.close();
		}
	}
}
