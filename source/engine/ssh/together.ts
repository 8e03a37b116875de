import {limited} from './limited.js';
import {filesAtOnce} from './transfer.js';

/** Some at once; the first failure ends it, after those under way. */
export async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const limit = limited(filesAtOnce);
	let failed = false;
	const results = await Promise.allSettled(
		items.map(async item =>
			limit(async () => {
				if (!failed) {
					await work(item).catch(error => {
						failed = true;
						throw error;
					});
				}
			}),
		),
	);
	const failure = results.find(result => result.status === 'rejected');
	if (failure) {
		throw failure.reason;
	}
}
