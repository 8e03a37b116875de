/** For hundreds of instances, which are asked about one by one. */
export function byId<T extends {readonly id: string}>(items: readonly T[]): ReadonlyMap<string, T> {
	return new Map(items.map(item => [item.id, item]));
}
