/** How long something takes by the clock on the wall, in milliseconds. */
export async function wallMs(work: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}
