import type {Cloud, OwnedKind} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {explainRefusal} from '../engine/credentials/explain-refusal.js';
import type {Database} from '../store/database.js';
import {accessWith} from './cloud-access.js';
import {findNamed} from './named-entries.js';

/**
A cloud that is asked for somebody who waits for the answer: what it says no with is a sentence, also where no EC2 is at its
address. For questions only: a job tries again, and tells faults apart in its own way.
*/
export function explainedCloud(cloud: Cloud, {clouds, credentials}: Pick<Database, 'clouds' | 'credentials'>): Cloud {
	const entry = findNamed('cloud', clouds, cloud.name);
	const credential = credentials.find(({name}) => name === entry.credential);
	if (!traitsOf(entry.kind).credential || credential === undefined) {
		return cloud;
	}

	const access = accessWith(entry, credential);
	const explained = <Given extends readonly unknown[], Value>(ask: (...given: Given) => Promise<Value>) => {
		return async (...given: Given): Promise<Value> => {
			try {
				return await ask(...given);
			} catch (error) {
				throw explainRefusal(error, access);
			}
		};
	};
	const kindOf = (kind: OwnedKind): OwnedKind => ({...kind, find: explained(async owner => kind.find(owner))});
	const asked = Object.entries(cloud).map(([key, value]) => [
		key,
		typeof value === 'function' ? explained(value) : value,
	]);
	return {
		...(Object.fromEntries(asked) as Cloud),
		...(cloud.ownedKinds && {ownedKinds: cloud.ownedKinds.map(kindOf)}),
	};
}
