import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {findNamed} from './named-entries.js';

/** The table of prices that the user keeps. */
export function priceActions({store, cloud: openCloud}: ActionContext): Pick<D2cm, 'setPrice'> {
	return {
		async setPrice(cloud, type, hourlyUsd) {
			await store.refresh();
			findNamed('cloud', store.data().clouds, cloud);
			const types = (await (await openCloud(cloud)).instanceTypes()).map(({name}) => name);
			if (!types.includes(type)) {
				throw new UnknownNameError('instance type', type, types);
			}

			await store.update(draft => {
				const others = draft.prices.filter(price => price.cloud !== cloud || price.type !== type);
				draft.prices = hourlyUsd === undefined ? others : [...others, {cloud, type, hourlyUsd}];
			});
		},
	};
}
