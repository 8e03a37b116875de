import type {ObjectStore} from '../../source/engine/object-store/object-store.js';

/** What the engine lets an instance fetch; undefined when that is not what it asks for. */
export async function fakeFetch(
	store: ObjectStore,
	files: Map<string, string>,
	script: string,
): Promise<string | undefined> {
	const [, bucket, key] = /^url='memory:\/\/([^/]+)\/(.+)\?expires=\d+'$/m.exec(script) ?? [];
	const [, remote] = /^remote=(.+)$/m.exec(script) ?? [];
	if (bucket === undefined || key === undefined || remote === undefined) {
		return undefined;
	}

	const found = await store.head(bucket, key);
	if (!found) {
		return 'd2cm: partial curl 22 404 0';
	}

	files.set(remote, `fetched from ${key}`);
	return `d2cm: stored curl 0 200 ${found.bytes}`;
}

/** A store that does nothing for a dead process. */
export function whileLiving(store: ObjectStore, mustLive: () => void): ObjectStore {
	return new Proxy(store, {
		get(target, name: keyof ObjectStore) {
			if (name === 'under') {
				return (signal: AbortSignal) => whileLiving(target.under(signal), mustLive);
			}

			const method = target[name] as (...args: unknown[]) => unknown;
			return async (...args: unknown[]) => {
				mustLive();
				const result = await method(...args);
				mustLive();
				return result;
			};
		},
	});
}
