import type {SnapshotState} from './find-snapshot.js';

/** As it was asked for; without an ARN the account's own key. */
export type WantedEncryption = {readonly kmsKeyArn?: string};

/**
What is wrong with how a snapshot is encrypted, to complete a sentence that begins with it; undefined when nothing is. An alias
says nothing of the key behind it.
*/
export function encryptionFault(
	{isEncrypted, kmsKeyId}: Pick<SnapshotState, 'isEncrypted' | 'kmsKeyId'>,
	wanted: WantedEncryption | undefined,
): string | undefined {
	if (!wanted) {
		return undefined;
	}

	if (!isEncrypted) {
		return 'is not encrypted';
	}

	const isKey = wanted.kmsKeyArn?.includes(':key/') ?? false;
	return isKey && kmsKeyId !== undefined && kmsKeyId !== wanted.kmsKeyArn
		? `is encrypted with another key (${kmsKeyId})`
		: undefined;
}
