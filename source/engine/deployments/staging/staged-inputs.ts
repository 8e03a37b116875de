import {AppError} from '../../errors/app-error.js';
import {JobSuspendedError} from '../../jobs/job-suspended-error.js';
import {readableTree} from '../../ssh/list-local-tree.js';
import {pathUnder} from '../../ssh/tree.js';
import type {Upload} from '../../ssh/upload-bundle.js';
import type {DeploymentRun} from '../deployment-run.js';
import type {DeployedNode} from '../node.js';
import {fetchStaged, type Reach} from './fetch-staged.js';
import {canStage} from './files-to-stage.js';
import {openStages, stagedFiles} from './staged-files.js';
import {unstage} from './unstage.js';

export type StagedInputs = {
	/** Lets an instance fetch what of an upload lies in the bucket. */
	fetch(node: DeployedNode, upload: Upload, signal: AbortSignal): Promise<FetchedInputs>;
	/** All have what they wanted: nothing needs to be kept. Tried once; the release tries again. */
	forget(): Promise<void>;
};

export type FetchedInputs = {
	/** That are there now, relative to the upload. */
	readonly files: ReadonlySet<string>;
	readonly bytes: number;
	/** Nothing is left to be brought. */
	readonly isWhole: boolean;
};

const nothing: FetchedInputs = {files: new Set(), bytes: 0, isWhole: false};

/** What the step before has brought into the bucket, for one process. */
export function stagedInputs(run: DeploymentRun): StagedInputs {
	const staged = stagedFiles(run.journal.records);
	const reach: Reach = {refused: new Set(), hasWorked: false, failures: 0};
	return {
		async fetch(node, {local, remote}, signal) {
			if (staged.size === 0 || !run.cloud.staging || !canStage(remote)) {
				return nothing;
			}

			const files = new Set<string>();
			let bytes = 0;
			for (const {relative, ...entry} of (await readableTree(local)).files) {
				const file = staged.get(pathUnder(local, relative));
				const target = {...entry, remote: pathUnder(remote, relative)};
				if (file && (await fetchStaged(run, node, file, target, {signal, reach}))) {
					files.add(relative);
					bytes += file.bytes;
				}
			}

			return {files, bytes, isWhole: files.has('')};
		},
		async forget() {
			for (const bucket of openStages(run.journal.records)) {
				try {
					await unstage(run, bucket, async remove => remove());
				} catch (error) {
					run.cancel.throwIfAborted();
					if (!(error instanceof AppError) || error instanceof JobSuspendedError) {
						throw error;
					}

					const message = `Staged inputs could not be removed yet: ${error.message} It is tried again at the end.`;
					await run.say('warning', message, {hint: error.hint});
				}
			}
		},
	};
}
