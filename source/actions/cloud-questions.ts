import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {type AwsCalls, createAwsCalls} from '../engine/cloud/ec2/aws-calls.js';
import {describeKernels} from '../engine/cloud/ec2/describe-kernels.js';
import {describeRegions} from '../engine/cloud/ec2/describe-regions.js';
import {checkCloudAddresses, checkCloudFiles, checkCredential} from '../engine/credentials/check-credential.js';
import {explainRefusal} from '../engine/credentials/explain-refusal.js';
import {testCredential} from '../engine/credentials/test-credential.js';
import {AppError} from '../engine/errors/app-error.js';
import {systemClock} from '../engine/host/system-clock.js';
import type {ActionContext} from './action-context.js';
import {accessWith, type CloudAccess, cloudAccess} from './cloud-access.js';
import type {D2cm} from './d2cm.js';
import {findNamed} from './named-entries.js';

type CloudQuestions = Pick<D2cm, 'checkCredential' | 'testCredential' | 'regions' | 'kernelsOf'>;

/** Where Amazon cannot be asked. */
const usualRegions = ['eu-west-1', 'us-east-1', 'us-west-1'];

/** Somebody waits for the answer. */
const patience = {mostAttempts: 3, attemptTimeoutMs: 20_000, mostPauseMs: 2000};

/** What clouds themselves say: of keys, of regions, of kernels. */
export function cloudQuestions({store, changed}: ActionContext): CloudQuestions {
	return {
		checkCredential: async (credential, cloud) => [
			...(await checkCredential(credential)),
			...(cloud ? [...checkCloudAddresses(cloud), ...(await checkCloudFiles(cloud))] : []),
		],

		async testCredential(name, cloudName) {
			const {credentials, clouds} = store.data();
			const credential = findNamed('credential', credentials, name);
			const access = accessWith(findNamed('cloud', clouds, cloudName), credential);
			return testCredential({access});
		},

		async regions(cloud) {
			const credential = store.data().credentials.find(({name}) => name === cloud.credential);
			if (!traitsOf(cloud.kind).regions) {
				return {names: [], isLive: false};
			}

			if (!credential) {
				return {names: usualRegions, isLive: false, why: 'Without a credential, Amazon cannot be asked for more.'};
			}

			try {
				return {names: await asked(accessWith(cloud, credential), describeRegions), isLive: true};
			} catch (error) {
				if (error instanceof AppError) {
					return {names: usualRegions, isLive: false, why: error.message};
				}

				throw error;
			}
		},

		async kernelsOf(name) {
			const offered = await asked(cloudAccess(name, store.data()), describeKernels);
			const kernels = await store.update(draft => {
				const before = draft.kernels.filter(({cloud}) => cloud === name);
				const live = offered.map(kernel => ({
					...kernel,
					cloud: name,
					source: 'cloud' as const,
					recommendedRamdisk: before.find(({id}) => id === kernel.id)?.recommendedRamdisk ?? '',
				}));
				const byHand = before.filter(({id, source}) => source === undefined && !live.some(one => one.id === id));
				draft.kernels = [...draft.kernels.filter(({cloud}) => cloud !== name), ...live, ...byHand];
				return [...live, ...byHand];
			});
			changed();
			return kernels;
		},
	};
}

async function asked<Answer>(
	access: CloudAccess,
	ask: (calls: AwsCalls, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
	const calls = createAwsCalls(access, systemClock, patience);
	try {
		return await ask(calls, new AbortController().signal);
	} catch (error) {
		throw explainRefusal(error, access);
	} finally {
		calls.close();
	}
}
