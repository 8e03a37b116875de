import {isBuiltIn, traitsOf} from '../engine/cloud/cloud-traits.js';
import {addressProblem} from '../engine/credentials/address-problem.js';
import {regionProblem} from '../engine/credentials/region-problem.js';
import type {CloudEntry, Database} from '../store/database.js';
import {InvalidEntryError} from '../store/invalid-entry-error.js';
import type {ActionContext} from './action-context.js';
import {addresses} from './cloud-access.js';
import type {D2cm, JobSummary} from './d2cm.js';
import {BuiltInCloudError} from './errors/built-in-cloud-error.js';
import {NameTakenError} from './errors/name-taken-error.js';
import {RegionKeptError} from './errors/region-kept-error.js';
import {StillUsedError} from './errors/still-used-error.js';
import {findUses, useText} from './find-uses.js';
import {mustKnow} from './must-know.js';
import {findNamed, removeNamed, replaceNamed} from './named-entries.js';
import {isSamePlace, leavePlace} from './places.js';

type DefinitionActions = Pick<
	D2cm,
	| 'saveCredential'
	| 'removeCredential'
	| 'saveCloud'
	| 'removeCloud'
	| 'saveKernel'
	| 'removeKernel'
	| 'instanceTypes'
	| 'machineImages'
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
		async saveCredential(credential, {replaces} = {}) {
			await store.refresh();
			const {clouds, credentials, installation} = store.data();
			const name = replaces ?? credential.name;
			const old = credentials.find(one => one.name === name);
			if (old && (old.accessKey !== credential.accessKey || old.profile !== credential.profile)) {
				const running = (await jobs()).filter(isUnderWay);
				for (const cloud of clouds.filter(one => one.credential === name)) {
					await mustKnow(
						cloud.name,
						async () => openCloud(cloud.name, {credentials: [{...credential, name}]}),
						running.filter(job => job.cloud === cloud.name),
						{installation, mayFail: true},
					);
				}
			}

			await update(draft => {
				if (replaces !== undefined && replaces !== credential.name) {
					if (draft.credentials.some(({name}) => name === credential.name)) {
						throw new NameTakenError('credential', credential.name);
					}

					findNamed('credential', draft.credentials, replaces).name = credential.name;
					for (const cloud of [...draft.clouds, ...draft.places].filter(one => one.credential === replaces)) {
						cloud.credential = credential.name;
					}
				}

				replaceNamed(draft.credentials, credential);
			});
		},
		removeCredential: async name =>
			update(draft => {
				const users = findUses({credential: name}, draft, []).filter(
					({what}) => what === 'cloud' || what === 'former place',
				);
				if (users.length > 0) {
					throw new StillUsedError(`Credential ${name}`, users.map(useText));
				}

				removeNamed('credential', draft.credentials, name);
			}),
		async saveCloud(cloud, {replaces = cloud.name} = {}) {
			const running = await jobs();
			await store.refresh();
			mustBeSavable(cloud, store.data());
			const old = store.data().clouds.find(({name}) => name === replaces);
			const isElsewhere = old !== undefined && !isSamePlace(old, cloud);
			if (isElsewhere) {
				mustStayInRegion(cloud, replaces, store.data(), running);
				await mustKnow(
					cloud.name,
					async () => openCloud(cloud.name, {clouds: [cloud]}),
					running.filter(job => job.cloud === replaces && isUnderWay(job)),
					store.data(),
				);
			}

			await update(draft => {
				mustBeSavable(cloud, draft);
				mustStayInRegion(cloud, replaces, draft, running);
				if (isElsewhere) {
					leavePlace(draft, replaces, running);
				}

				if (replaces !== cloud.name) {
					mustBeFree(cloud.name, draft.clouds);
					findNamed('cloud', draft.clouds, replaces);
					mustBeUnused(replaces, draft, running);
					for (const entry of [...draft.kernels, ...draft.prices].filter(one => one.cloud === replaces)) {
						entry.cloud = cloud.name;
					}

					removeNamed('cloud', draft.clouds, replaces);
				}

				replaceNamed(draft.clouds, cloud);
			});
		},
		async removeCloud(name) {
			const running = await jobs();
			await update(draft => {
				mustBeUnused(name, draft, running);
				leavePlace(draft, name, running);
				removeNamed('cloud', draft.clouds, name);
				draft.kernels = draft.kernels.filter(kernel => kernel.cloud !== name);
				draft.prices = draft.prices.filter(price => price.cloud !== name);
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
		async machineImages(name, besides = []) {
			const cloud = await openCloud(name);
			const own = await cloud.images();
			const others = besides.filter(id => own.every(image => image.id !== id));
			const found = await Promise.all(others.map(async id => cloud.findImage?.(id)));
			return [...own, ...found.filter(image => image !== undefined)];
		},
	};
}

/** Something of it may be in the cloud, and is looked for when it is taken up again. */
const isUnderWay = ({kind, end, alive, state}: JobSummary) =>
	kind === 'deployment' && end === undefined && (alive || state !== 'NOT_RUN');

/** @throws {BuiltInCloudError | InvalidEntryError} */
function mustBeSavable(cloud: CloudEntry, {credentials}: Database): void {
	const {builtIn} = traitsOf(cloud.kind);
	if (builtIn === undefined ? isBuiltIn(cloud.name) : builtIn !== cloud.name) {
		throw new BuiltInCloudError();
	}

	const wrongRegion = regionProblem(cloud.region);
	if (wrongRegion !== undefined) {
		throw new InvalidEntryError(`The cloud ${cloud.name} cannot be saved: its region ${wrongRegion}.`);
	}

	for (const [key, server] of addresses) {
		const problem = addressProblem(cloud[key]);
		if (problem !== undefined) {
			throw new InvalidEntryError(`The cloud ${cloud.name} cannot be saved: the address of ${server} ${problem}.`);
		}
	}

	if (cloud.credential !== '' && !credentials.some(({name}) => name === cloud.credential)) {
		throw new InvalidEntryError(`The cloud ${cloud.name} cannot be saved: there is no credential ${cloud.credential}.`);
	}
}

/** @throws {RegionKeptError} */
function mustStayInRegion({region}: CloudEntry, name: string, database: Database, jobs: readonly JobSummary[]): void {
	const old = database.clouds.find(cloud => cloud.name === name);
	if (old && old.region !== region) {
		const users = findUses({cloud: name}, database, jobs).map(useText);
		if (users.length > 0) {
			throw new RegionKeptError(name, old.region || 'that it has now', users);
		}
	}
}

/** @throws {NameTakenError} */
function mustBeFree(name: string, clouds: Database['clouds']): void {
	if (clouds.some(cloud => cloud.name === name)) {
		throw new NameTakenError('cloud', name);
	}
}

/** @throws {BuiltInCloudError | StillUsedError} */
function mustBeUnused(cloud: string, database: Database, jobs: readonly JobSummary[]): void {
	if (isBuiltIn(cloud)) {
		throw new BuiltInCloudError();
	}

	const users = findUses({cloud}, database, jobs).map(useText);
	if (users.length > 0) {
		throw new StillUsedError(`Cloud ${cloud}`, users);
	}
}
