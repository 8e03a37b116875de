import type {Store} from '../store/open-store.js';
import type {HomePaths} from '../store/paths.js';
import {jobStamp} from './job-actions.js';
import {listJobFolders} from './job-folders.js';

export type HomeWatch = {
	onChange(listener: () => void): () => void;
	/** Something of ours changed: tell without waiting for the next look. */
	changed(): void;
};

const lookEveryMs = 400;
const leastGapMs = 200;

/**
Tells of changes to the database and to any job, whichever process made them. It looks instead of being told: a process
that dies leaves no trace a folder watch could see. Looks only while somebody listens.
*/
export function watchHome(paths: HomePaths, store: Store): HomeWatch {
	const listeners = new Set<() => void>();
	let timer: NodeJS.Timeout | undefined;
	let pending: NodeJS.Timeout | undefined;
	let toldAt = 0;
	let last: string | undefined;
	let looking = false;

	const tell = () => {
		if (pending) {
			return;
		}

		const wait = Math.max(0, toldAt + leastGapMs - Date.now());
		pending = setTimeout(() => {
			pending = undefined;
			toldAt = Date.now();
			for (const listener of listeners) {
				listener();
			}
		}, wait).unref();
	};

	const look = async () => {
		if (looking) {
			return;
		}

		looking = true;
		try {
			const refreshed = await store.refresh();
			const stamps = await Promise.all(
				(await listJobFolders(paths)).map(async ({folder}) => `${folder}:${await jobStamp(folder)}`),
			);
			const now = stamps.join('\n');
			if (refreshed || (last !== undefined && now !== last)) {
				tell();
			}

			last = now;
		} finally {
			looking = false;
		}
	};

	return {
		onChange(listener) {
			listeners.add(listener);
			// A home that cannot be read just now is looked at again; actions say what is wrong with it.
			timer ??= setInterval(() => void look().catch(() => undefined), lookEveryMs).unref();
			return () => {
				listeners.delete(listener);
				if (listeners.size === 0) {
					clearInterval(timer);
					timer = undefined;
					last = undefined;
				}
			};
		},
		changed: tell,
	};
}
