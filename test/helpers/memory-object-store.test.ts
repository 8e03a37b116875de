import {createMemoryObjectStore} from './memory-object-store.js';
import {objectStoreSuite} from './object-store-suite.js';

objectStoreSuite(
	'memory',
	async () => {
		const store = createMemoryObjectStore();
		store.addForeignBucket('foreign');
		return {store, foreignBucket: 'foreign', close: async () => undefined};
	},
	{addresses: 'Nobody serves what is in memory.'},
);
