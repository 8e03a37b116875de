import {behind, type Fence} from '../host/fence.js';
import type {ObjectStore} from './object-store.js';

/** Puts what changes a store behind the fence of a process. */
export function fencedStore(store: ObjectStore, fence: Fence): ObjectStore {
	return behind(
		fence,
		store,
		['makeBucket', 'put', 'remove', 'removeAll', 'beginUpload', 'putPart', 'completeUpload', 'abortUpload'],
		{under: signal => fencedStore(store.under(signal), fence)},
	);
}
