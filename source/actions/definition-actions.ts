import {InvalidEntryError} from '../store/invalid-entry-error.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {BuiltInCloudError} from './errors/built-in-cloud-error.js';
import {StillUsedError} from './errors/still-used-error.js';
import {removeNamed, replaceNamed} from './named-entries.js';

type DefinitionActions = Pick<
	D2cm,
	'saveCredential' | 'removeCredential' | 'saveCloud' | 'removeCloud' | 'saveKernel' | 'removeKernel' | 'instanceTypes'
>;

/** Credentials, clouds, kernels and ramdisks. */
export function definitionActions({store, cloud: openCloud, changed}: ActionContext): DefinitionActions {
	const update: typeof store.update = async change => {
		const outcome = await store.update(change);
		changed();
		return outcome;
	};

	return {
		saveCredential: async credential => update(draft => replaceNamed(draft.credentials, credential)),
		removeCredential: async name =>
			update(draft => {
				const users = draft.clouds.filter(cloud => cloud.credential === name);
				if (users.length > 0) {
					throw new StillUsedError(
						`Credential ${name}`,
						users.map(cloud => `cloud ${cloud.name}`),
					);
				}

				removeNamed('credential', draft.credentials, name);
			}),
		saveCloud: async cloud =>
			update(draft => {
				if ((cloud.name === 'local') !== (cloud.kind === 'local')) {
					throw new BuiltInCloudError();
				}

				if (cloud.credential !== '' && !draft.credentials.some(({name}) => name === cloud.credential)) {
					throw new InvalidEntryError(
						`The cloud ${cloud.name} cannot be saved: there is no credential ${cloud.credential}.`,
					);
				}

				replaceNamed(draft.clouds, cloud);
			}),
		removeCloud: async name =>
			update(draft => {
				if (name === 'local') {
					throw new BuiltInCloudError();
				}

				const users = [
					...draft.amis.filter(({cloud}) => cloud === name).map(({id}) => `AMI ${id}`),
					...draft.deployments.filter(({cloud}) => cloud === name).map(({id}) => `deployment ${id}`),
				];
				if (users.length > 0) {
					throw new StillUsedError(`Cloud ${name}`, users);
				}

				removeNamed('cloud', draft.clouds, name);
				draft.kernels = draft.kernels.filter(kernel => kernel.cloud !== name);
			}),
		saveKernel: async kernel =>
			update(draft => {
				draft.kernels = [...draft.kernels.filter(({cloud, id}) => cloud !== kernel.cloud || id !== kernel.id), kernel];
			}),
		removeKernel: async (cloud, id) =>
			update(draft => {
				draft.kernels = draft.kernels.filter(kernel => kernel.cloud !== cloud || kernel.id !== id);
			}),
		instanceTypes: async name => (await openCloud(name)).instanceTypes(),
	};
}
