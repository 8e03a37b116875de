import type {ImageReport} from '../../images/image-report.js';
import type {GuestDisk, GuestEdit} from '../guest-disk.js';

/** One thing that keeps a desktop from living in a cloud, and its remedy. */
export type FixUp = {
	/** Written to journals; where `inspect` has a finding about it, the finding's subject. */
	readonly name: string;
	/** What is done, in one sentence for the log. */
	readonly what: string;
	readonly why: string;
	/** How the guest's files should be. Edits that change nothing are left out by the one who applies them. */
	readonly edits: (guest: Guest) => Promise<readonly GuestEdit[]>;
};

export type Guest = {
	/** The root file system. */
	readonly disk: GuestDisk;
	readonly report: Pick<ImageReport, 'root' | 'partitions'>;
};
