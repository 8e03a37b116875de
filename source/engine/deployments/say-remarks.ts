import {shownName} from '../host/byte-names.js';
import type {Remark} from '../ssh/tree.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';

/** A log that names each of thousands of links is read by nobody. */
const mostLines = 50;

/** Says what a user should know of files that were copied: `/root/results of master-1: latest is a link to …`. */
export async function sayRemarks(
	run: DeploymentRun,
	what: string,
	remarks: readonly Remark[],
	node: DeployedNode,
): Promise<void> {
	for (const {path, text} of remarks.slice(0, mostLines)) {
		await run.say('warning', `${what}: ${path === '' ? 'it' : shownName(path)} ${text}.`, {node});
	}

	if (remarks.length > mostLines) {
		await run.say('warning', `${what}: there are ${remarks.length - mostLines} more of this kind.`, {node});
	}
}
