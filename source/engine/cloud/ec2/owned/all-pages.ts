/** What an answer that comes in pages has in all of them. */
export async function allPages<Item>(
	ask: (page: {
		readonly NextToken?: string;
	}) => Promise<readonly [items: readonly Item[] | undefined, next?: string | undefined]>,
): Promise<readonly Item[]> {
	const all: Item[] = [];
	for (let token: string | undefined; ; ) {
		const [items = [], next] = await ask(token === undefined ? {} : {NextToken: token});
		all.push(...items);
		if (!next) {
			return all;
		}

		token = next;
	}
}
