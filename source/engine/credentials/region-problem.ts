/** What is wrong with the name of a region; follows it in a sentence. An empty one is not looked at. Requests are signed for it. */
export function regionProblem(region: string): string | undefined {
	return region === '' || /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(region)
		? undefined
		: 'must be letters, digits and hyphens, such as eu-west-1';
}
