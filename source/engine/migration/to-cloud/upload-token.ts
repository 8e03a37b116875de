import type {CloudMigrationContext} from './cloud-migration.js';

/** Names what a migration sends, for ever: at most 48 ASCII characters. */
export const uploadToken = ({migration}: Pick<CloudMigrationContext, 'migration'>): string => `d2cm-${migration.id}`;
