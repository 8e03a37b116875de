import {userInfo} from 'node:os';
import {isAbsolute, join, resolve} from 'node:path';
import {NoHomeError} from './unusable-home-error.js';

/** Where things lie in a data folder. */
export type HomePaths = {
	/** Absolute. */
	readonly home: string;
	readonly database: string;
	readonly deployments: string;
	readonly migrations: string;
	/** Of the local cloud: its images and instances. */
	readonly local: string;
	/** Price lists of clouds, as they were got last. */
	readonly prices: string;
};

/** Where things lie in the folder of one job. */
export type JobPaths = {
	readonly folder: string;
	readonly journal: string;
	/** Held by the process that works on the job. */
	readonly lock: string;
	/** Its presence asks for the end of the job. */
	readonly cancel: string;
	/** Its presence asks for the end of a deployment, results first. */
	readonly finish: string;
	/** What becomes `cancel` and `finish` by a rename where there is no room for a new file. Made by the job's process. */
	readonly spares: {readonly cancel: string; readonly finish: string};
	/** Standard error of the job process. */
	readonly log: string;
};

/**
D2CM_HOME, or `~/.d2c` as in the original tool. Never below the folder that one happens to be in, where nobody would find it again.

@throws {NoHomeError} When HOME is no whole path.
*/
export function resolveHome(environment: Readonly<Record<string, string | undefined>> = process.env): string {
	if (environment.D2CM_HOME) {
		return resolve(environment.D2CM_HOME);
	}

	const home = environment.HOME || userInfo().homedir;
	if (!isAbsolute(home)) {
		throw new NoHomeError(home);
	}

	return join(home, '.d2c');
}

export function homePaths(home: string): HomePaths {
	return {
		home,
		database: join(home, 'db.json'),
		deployments: join(home, 'deployments'),
		migrations: join(home, 'migrations'),
		local: join(home, 'local'),
		prices: join(home, 'prices'),
	};
}

export function jobPaths(folder: string): JobPaths {
	return {
		folder,
		journal: join(folder, 'journal.jsonl'),
		lock: join(folder, 'job.lock'),
		cancel: join(folder, 'cancel'),
		finish: join(folder, 'finish'),
		spares: {cancel: join(folder, '.cancel'), finish: join(folder, '.finish')},
		log: join(folder, 'job.log'),
	};
}
