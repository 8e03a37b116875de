import type {WantedEncryption} from '../ebs-direct/encryption-fault.js';
import type {Migration} from '../migration.js';

/** As snapshots are asked for. */
export function encryptionOf({encrypted, kmsKey}: Pick<Migration, 'encrypted' | 'kmsKey'>): {
	readonly encryption?: WantedEncryption;
} {
	return encrypted ? {encryption: kmsKey === undefined ? {} : {kmsKeyArn: kmsKey}} : {};
}
