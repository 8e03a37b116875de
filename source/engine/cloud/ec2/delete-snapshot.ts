import type {AwsCalls} from './aws-calls.js';
import {askBy, type Removable, removeOurs} from './remove-ours.js';

type Doomed = {
	readonly id: string;
	readonly isOurs: (snapshot: Removable) => boolean;
	/** Its id stands in our own journal. */
	readonly isRecorded?: boolean;
};

/** Finding it gone is success; so is that an AMI uses it, which then owns it. @throws What `removeOurs` throws. */
export async function deleteSnapshot(
	calls: AwsCalls,
	{id, isOurs, isRecorded = false}: Doomed,
	signal: AbortSignal,
): Promise<void> {
	try {
		await removeOurs(askBy(calls, signal), {kind: 'snapshot', ids: [id], isOurs, isRecorded});
	} catch (error) {
		if (!(error instanceof Error && settled.has(error.name))) {
			throw error;
		}
	}
}

const settled: ReadonlySet<string> = new Set(['InvalidSnapshot.NotFound', 'InvalidSnapshot.InUse']);
