import {isAbsolute} from 'node:path';
import {shownName} from '../host/byte-names.js';
import {fileReason} from '../host/file-reason.js';
import {isMissing} from '../host/is-missing.js';
import {listLocalTree} from '../ssh/list-local-tree.js';
import {LocalFileError} from '../ssh/local-file-error.js';
import {pathUnder, type Remark, type Tree} from '../ssh/tree.js';
import type {Role, TemplateFinding} from './template.js';

/** What the uploads of a role are now. */
export type UploadWalk = {
	readonly role: string;
	readonly findings: readonly TemplateFinding[];
	readonly files: number;
	/** That are stored there: holes count as nothing. */
	readonly bytes: number;
	/** When a file or folder of them was last written, in whole seconds since 1970. */
	readonly modifiedAt: number;
};

/**
Looks at everything that would be uploaded, down to the last file: whether it is there and can be read, where links lead, how much it
is. Each path is walked once, whatever roles want it.
*/
export async function walkUploads(
	roles: ReadonlyArray<Pick<Role, 'name' | 'uploads'>>,
): Promise<readonly UploadWalk[]> {
	const trees = new Map<string, Promise<Tree | LocalFileError>>();
	const treeOf = async (local: string) => {
		const tree = trees.get(local) ?? listLocalTree(local, {mustOpen: true}).catch(asFileError);
		trees.set(local, tree);
		return tree;
	};
	return Promise.all(roles.map(async role => walkRole(role, treeOf)));
}

async function walkRole(
	{name: role, uploads}: Pick<Role, 'name' | 'uploads'>,
	treeOf: (local: string) => Promise<Tree | LocalFileError>,
): Promise<UploadWalk> {
	const findings: TemplateFinding[] = [];
	let [files, bytes, modifiedAt] = [0, 0, 0];
	for (const [index, {local}] of uploads.entries()) {
		const place = `role ${role}, upload ${index + 1}`;
		const fault = (text: string) => findings.push({level: 'fault', text: `${place}: ${text}`});
		const tree = isAbsolute(local) ? await treeOf(local) : undefined;
		if (!tree) {
			fault(`${local} is not an absolute path`);
		} else if (tree instanceof Error) {
			const shown = shownName(local);
			fault(isMissing(tree.cause) ? `there is no ${shown}` : `${shown} cannot be read: ${fileReason(tree.cause)}`);
		} else {
			someOf(local, tree.unreadable).map(fault);
			findings.push(
				...someOf(local, tree.remarks).map(text => ({level: 'remark' as const, text: `${place}: ${text}`})),
			);
			files += tree.files.length;
			bytes += tree.files.reduce((sum, file) => sum + file.size - file.holeBytes, 0);
			modifiedAt = [...tree.files, ...tree.folders].reduce(
				(last, entry) => Math.max(last, entry.modifiedAt),
				modifiedAt,
			);
		}
	}

	return {role, findings, files, bytes, modifiedAt};
}

/** Thousands of sentences are read by nobody. */
const mostNamed = 5;

function someOf(root: string, remarks: readonly Remark[]): readonly string[] {
	const named = remarks.slice(0, mostNamed).map(({path, text}) => `${shownName(pathUnder(root, path))} ${text}`);
	return remarks.length > mostNamed ? [...named, `${remarks.length - mostNamed} more are like these`] : named;
}

function asFileError(error: unknown): LocalFileError {
	if (error instanceof LocalFileError) {
		return error;
	}

	throw error;
}
