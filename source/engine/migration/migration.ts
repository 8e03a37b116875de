/** What is to be migrated: frozen in `migration.json` when the migration is made. */
export type Migration = {
	/** `mig-` and 8 hexadecimal digits. */
	readonly id: string;
	/** Name of the registered image. */
	readonly image: string;
	/** Absolute path of the VDI. */
	readonly file: string;
	/** Name of the cloud. */
	readonly cloud: string;
	readonly installation: string;
	/** ISO 8601. */
	readonly createdAt: string;
};
