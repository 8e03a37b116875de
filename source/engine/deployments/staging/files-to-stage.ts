import {readableTree} from '../../ssh/list-local-tree.js';
import {pathUnder, type TreeFile} from '../../ssh/tree.js';
import type {DeployedRole} from '../deployment.js';

export type FileToStage = {
	/** Absolute path here. */
	readonly local: string;
	readonly bytes: number;
	/** Instances that want it. */
	readonly count: number;
};

const usualLeastBytes = 8 * 1024 * 1024;

/**
Large files, alone or in folders, that more than one instance gets: each would cross our uplink as often. Holes count as nothing, since
they are not sent from here.

@throws {LocalFileError}
*/
export async function filesToStage(
	roles: readonly DeployedRole[],
	leastBytes = usualLeastBytes,
): Promise<readonly FileToStage[]> {
	const counts = new Map<string, FileToStage & {readonly isLarge: boolean}>();
	for (const role of roles) {
		const wanted = new Map<string, TreeFile>();
		for (const {local} of role.uploads.filter(upload => canStage(upload.remote))) {
			for (const file of (await readableTree(local)).files) {
				wanted.set(pathUnder(local, file.relative), file);
			}
		}

		for (const [local, {size, holeBytes}] of wanted) {
			const count = (counts.get(local)?.count ?? 0) + role.count;
			counts.set(local, {local, bytes: size, count, isLarge: size - holeBytes >= leastBytes});
		}
	}

	return [...counts.values()].filter(({isLarge, count}) => isLarge && count > 1);
}

/** A file appears by a rename, so it must have a name. */
export const canStage = (remote: string): boolean => /[^/]$/.test(remote);
