/** Looks at all of them, six at once: they mostly wait. */
export async function someAtOnce<Case>(cases: readonly Case[], check: (one: Case) => Promise<void>): Promise<void> {
	const left = [...cases];
	await Promise.all(
		Array.from({length: 6}, async () => {
			for (let one = left.shift(); one !== undefined; one = left.shift()) {
				await check(one);
			}
		}),
	);
}
