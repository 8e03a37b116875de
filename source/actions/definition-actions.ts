import {addressProblem} from '../engine/credentials/address-problem.js';
import {InvalidEntryError} from '../store/invalid-entry-error.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary} from './d2cm.js';
import {BuiltInCloudError} from './errors/built-in-cloud-error.js';
import {NameTakenError} from './errors/name-taken-error.js';
import {StillUsedError} from './errors/still-used-error.js';
import {findUses, useText} from './find-uses.js';
import {findNamed, removeNamed, replaceNamed} from './named-entries.js';

type DefinitionActions = Pick<
	D2cm,
	| 'saveCredential'
	| 'removeCredential'
	| 'saveCloud'
	| 'removeCloud'
	| 'saveKernel'
	| 'removeKernel'
	| 'instanceTypes'
	| 'usesOf'
>;

/** Credentials, clouds, kernels and ramdisks. */
export function definitionActions(
	{store, cloud: openCloud, changed}: ActionContext,
	jobs: () => Promise<readonly JobSummary[]>,
): DefinitionActions {
	const update: typeof store.update = async change => {
		const outcome = await store.update(change);
		changed();
		return outcome;
	};

	return {
		usesOf: async used => findUses(used, store.data(), await jobs()),
		saveCredential: async (credential, {replaces} = {}) =>
			update(draft => {
				if (replaces !== undefined && replaces !== credential.name) {
					if (draft.credentials.some(({name}) => name === credential.name)) {
						throw new NameTakenError('credential', credential.name);
					}

					findNamed('credential', draft.credentials, replaces).name = credential.name;
					for (const cloud of draft.clouds.filter(one => one.credential === replaces)) {
						cloud.credential = credential.name;
					}
				}

				replaceNamed(draft.credentials, credential);
			}),
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

				for (const [key, server] of addresses) {
					const problem = addressProblem(cloud[key]);
					if (problem !== undefined) {
						throw new InvalidEntryError(
							`The cloud ${cloud.name} cannot be saved: the address of ${server} ${problem}.`,
						);
					}
				}

				if (cloud.credential !== '' && !draft.credentials.some(({name}) => name === cloud.credential)) {
					throw new InvalidEntryError(
						`The cloud ${cloud.name} cannot be saved: there is no credential ${cloud.credential}.`,
					);
				}

				replaceNamed(draft.clouds, cloud);
			}),
		async removeCloud(name) {
			const running = await jobs();
			await update(draft => {
				if (name === 'local') {
					throw new BuiltInCloudError();
				}

				const users = findUses({cloud: name}, draft, running).map(useText);
				if (users.length > 0) {
					throw new StillUsedError(`Cloud ${name}`, users);
				}

				removeNamed('cloud', draft.clouds, name);
				draft.kernels = draft.kernels.filter(kernel => kernel.cloud !== name);
			});
		},
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

/** Of a cloud, as users know them. */
const addresses = [
	['ec2Url', 'EC2'],
	['s3Url', 'S3'],
	['ebsUrl', 'EBS direct'],
	['stsUrl', 'STS'],
] as const;
