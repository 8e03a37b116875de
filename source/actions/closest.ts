/** The one of `known` that was probably meant, if any is like it. */
export function closest(wanted: string, known: readonly string[]): string | undefined {
	const limit = Math.max(1, Math.floor(wanted.length / 3));
	const ranked = known
		.map(name => ({name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase())}))
		.filter(({distance}) => distance <= limit)
		.toSorted((a, b) => a.distance - b.distance);
	return ranked[0]?.name ?? known.find(name => wanted.length > 1 && name.startsWith(wanted));
}

/** How many characters must be added, removed, replaced or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const replace = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
			const swap =
				a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? (beforeLast[column - 2] ?? 0) + 1 : replace;
			current.push(Math.min(replace, swap, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}

		beforeLast = last;
		last = current;
	}

	return last.at(-1) ?? 0;
}
