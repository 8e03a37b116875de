import type {Migration} from '../migration.js';

/** As snapshots are asked for. */
export function encryptionOf({encrypted, kmsKey}: Pick<Migration, 'encrypted' | 'kmsKey'>): {
	readonly encryption?: {readonly kmsKeyArn?: string};
} {
	return encrypted ? {encryption: kmsKey === undefined ? {} : {kmsKeyArn: kmsKey}} : {};
}
