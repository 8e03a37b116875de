import {basename, dirname, join, posix, relative} from 'node:path';
import {shownName} from '../host/byte-names.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import {isBegun, isFinished} from '../jobs/step-marks.js';
import {asNeeded} from '../ssh/as-needed.js';
import {downloadBundle} from '../ssh/download-bundle.js';
import {homeNames} from '../ssh/home-names.js';
import {LocalFileError} from '../ssh/local-file-error.js';
import {RemoteFileMissingError} from '../ssh/remote-file-missing-error.js';
import type {DownloadSummary, Shell} from '../ssh/shell.js';
import {pathUnder} from '../ssh/tree.js';
import {DataUnreadableError, ResultChangedError} from './data-missing-error.js';
import type {DeploymentRun} from './deployment-run.js';
import {faultWords} from './fault-words.js';
import {InstanceLostError} from './instance-lost-error.js';
import {InstanceUnreachableError} from './instance-unreachable-error.js';
import {type DeployedNode, nodeFolder} from './node.js';
import {Progress} from './progress.js';
import {sayRemarks} from './say-remarks.js';
import {noteNames} from './sums-file.js';
import {SumsWriter} from './sums-writer.js';
import {together} from './together.js';

/** One file or folder to be brought home from one node. */
type Item = {
	/** In the journal: `master-1:/root/out`. */
	readonly subject: string;
	readonly node: DeployedNode;
	readonly remote: string;
	readonly local: string;
	readonly without?: string;
	/** What the user asked for; the outputs of scripts come along when they can. */
	readonly wanted: boolean;
};

export type Missing = {
	/** `master-1:/root/out` */
	readonly subject: string;
	readonly text: string;
	readonly node: DeployedNode;
	/** Its instance is gone. */
	readonly isLost: boolean;
	/** Its instance has stopped, and its disk is there. */
	readonly isAsleep: boolean;
	/** The instance was asked, and there is no such file. */
	readonly isAbsent: boolean;
};

/**
Brings home all that is not here yet: outputs of scripts, and what the roles ask for. Each item is here, verified and in
SHA256SUMS before the journal says so. Whatever goes wrong with one instance keeps no other's data from coming.

@returns What was asked for and could not be had.
*/
export async function collect(run: DeploymentRun): Promise<readonly Missing[]> {
	const missing: Missing[] = [];
	const sums = new SumsWriter(join(run.folder, 'SHA256SUMS'));
	await together(
		run.cancel,
		Math.ceil(run.timing.concurrency * 0.6), // What comes is in memory for a moment, twice.
		run.nodes().map(node => async signal => {
			try {
				missing.push(...(await collectFrom(run, node, sums, signal)));
			} catch (error) {
				signal.throwIfAborted();
				if (error instanceof JobSuspendedError) {
					throw error;
				}

				const {message, hint} = faultWords(error);
				await run.say('error', message, {node, hint});
				missing.push(...notHere(run, node, error));
			}
		}),
	);
	await sums.end();
	missing.push(...(await bringAgain(run, sums)));
	return missing;
}

/**
Brings again what does not stand here as SHA256SUMS says, whatever was done to it since it came. What its instance, which is gone, cannot
give any more was here, verified, and is only remarked.

@returns What could not be had again.
*/
async function bringAgain(run: DeploymentRun, sums: SumsWriter): Promise<readonly Missing[]> {
	const missing: Missing[] = [];
	const wrong = new Set(await run.results.wrong(run.cancel));
	for (const node of wrong.size === 0 ? [] : run.nodes()) {
		for (const item of await placed(run, node, nodeItems(run, node))) {
			const own = relative(run.folder, item.local);
			const changed = [...wrong].filter(path => path === own || path.startsWith(`${own}/`));
			if (changed.length > 0) {
				const [first = ''] = changed;
				const what = `${shownName(first)}${changed.length > 1 ? ` and ${changed.length - 1} more` : ''}`;
				const failure = await fetchItem(run, item, sums, run.cancel, 'again');
				const isThere = !failure && (await run.results.wrong(run.cancel)).every(path => !changed.includes(path));
				if (isThere) {
					await run.say('warning', `${what} did not stand here any more as it came, and was brought again.`, {node});
				} else if (failure instanceof InstanceLostError && !failure.isAsleep) {
					await run.say('warning', `${what} does not stand here any more as it came, and its instance is gone.`, {
						node,
					});
				} else if (item.wanted) {
					missing.push(missingItem(item, failure ?? new ResultChangedError(what)));
				}
			}
		}
	}

	await sums.end();
	return missing;
}

/** What was asked for and is not here, when what goes wrong is of no item. */
export function allNotHere(run: DeploymentRun, error: unknown): readonly Missing[] {
	return run.nodes().flatMap(node => notHere(run, node, error));
}

const notHere = (run: DeploymentRun, node: DeployedNode, error: unknown): readonly Missing[] =>
	openItems(run, node)
		.filter(({wanted}) => wanted)
		.map(item => missingItem(item, error instanceof Error ? error : new Error(String(error))));

async function collectFrom(
	run: DeploymentRun,
	node: DeployedNode,
	sums: SumsWriter,
	signal: AbortSignal,
): Promise<readonly Missing[]> {
	const missing: Missing[] = [];
	const items = await placed(run, node, openItems(run, node));
	if (items.length > 0) {
		await run.say('info', `Downloading data from instance ${node.instanceId} to ${nodeFolder(run.folder, node)}`, {
			node,
		});
	}

	let outOfReach = await fetchSmall(run, node, items, sums, signal);
	for (const item of items.filter(({subject}) => !isFinished(run.journal.records, 'download', subject))) {
		const failure = outOfReach ?? (await fetchItem(run, item, sums, signal));
		if (failure instanceof InstanceLostError || failure instanceof InstanceUnreachableError) {
			outOfReach = failure; // The patience for one item was enough for all of this round.
		}

		if (failure && item.wanted) {
			missing.push(missingItem(item, failure));
		} else if (failure) {
			await run.say('warning', `The output of a script of ${node.name} could not be had: ${failure.message}`, {node});
		}
	}

	return missing;
}

/** Gives items other places where this machine's file system takes the names of two for one, or cannot hold one. */
async function placed(run: DeploymentRun, node: DeployedNode, items: readonly Item[]): Promise<readonly Item[]> {
	const folder = nodeFolder(run.folder, node);
	const all = nodeItems(run, node).map(({local}) => relative(folder, local));
	const relatives = new Set(
		all.flatMap(path => path.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))),
	);
	try {
		const names = await homeNames(folder, [...relatives]);
		return items.map(item => ({...item, local: pathUnder(folder, names(relative(folder, item.local)))}));
	} catch (cause) {
		throw new LocalFileError(folder, {cause});
	}
}

const missingItem = ({subject, node, remote}: Item, failure: Error): Missing => ({
	subject,
	node,
	text: `${remote} of ${node.name} (${failure.message})`,
	isLost: failure instanceof InstanceLostError && !failure.isAsleep,
	isAsleep: failure instanceof InstanceLostError && failure.isAsleep,
	isAbsent: failure instanceof RemoteFileMissingError,
});

const openItems = (run: DeploymentRun, node: DeployedNode): readonly Item[] =>
	nodeItems(run, node).filter(({subject}) => !isFinished(run.journal.records, 'download', subject));

/**
Brings what is small in one piece. What could not be had so is asked for item by item, which can tell what is wrong with which.

@returns The error of an instance that is out of reach: nobody needs to ask it again.
*/
async function fetchSmall(
	run: DeploymentRun,
	node: DeployedNode,
	items: readonly Item[],
	sums: SumsWriter,
	signal: AbortSignal,
): Promise<Error | undefined> {
	try {
		const had = await run.connections.use(
			node,
			signal,
			async shell => downloadBundle(shell, items, signal),
			run.timing.transferStallMs,
		);
		const noted = await Promise.allSettled(
			[...had].map(async ([item, summary]) => noteFetched(run, item, summary, sums)),
		);
		const failed = noted.find(({status}) => status === 'rejected');
		if (failed?.status === 'rejected') {
			throw failed.reason; // None goes on behind its back: what is asked for again is written by nobody else.
		}

		return undefined;
	} catch (error) {
		signal.throwIfAborted();
		return error instanceof InstanceLostError || error instanceof InstanceUnreachableError ? error : undefined;
	}
}

/**
What is here is here to stay, also where something of the same item is not.

@throws {DataUnreadableError} When something is there and could not be had.
*/
async function noteFetched(
	run: DeploymentRun,
	item: Item,
	summary: DownloadSummary,
	sums: SumsWriter,
	time: 'first' | 'again' = 'first',
): Promise<void> {
	const {subject, node, remote, local} = item;
	const inFolder = (path: string) => relative(run.folder, join(dirname(local), path));
	const {files, bytes, remarks = [], others = [], renamed = [], missing = []} = summary;
	const own = item.wanted && local !== placeOf(run, node, remote) ? [{path: basename(local), remote: ''}] : [];
	const note = async () => {
		await run.results.note(summary.sums.map(({path}) => inFolder(path)));
		await noteNames(
			run.folder,
			[...own, ...renamed].map(one => ({
				path: inFolder(one.path),
				instance: node.name,
				remote: pathUnder(remote, one.remote),
			})),
		);
		await sums.add(
			summary.sums.map(({path, sha256}) => [inFolder(path), sha256] as const),
			others.map(inFolder),
		);
		await sayRemarks(run, `${remote} of ${node.name}`, remarks, node);
		return {files, bytes};
	};
	if (missing.length > 0) {
		await note();
		throw new DataUnreadableError(missing);
	}

	await (time === 'again' ? note() : run.once('download', subject, note));
}

async function fetchItem(
	run: DeploymentRun,
	item: Item,
	sums: SumsWriter,
	signal: AbortSignal,
	time: 'first' | 'again' = 'first',
): Promise<Error | undefined> {
	const {node, remote, local} = item;
	const progress = new Progress(run, `download ${node.name}:${remote}`);
	try {
		const summary = await run.connections.use(
			node,
			signal,
			async (shell, touch) => {
				const fetch = async (one: Shell) => one.download(remote, local, {signal, onProgress: progress.noteBy(touch)});
				const fetched = await asNeeded(shell, fetch);
				// What the login user may not read, root brings as well; what is here is not fetched again.
				return fetched.missing && shell.asRoot ? fetch(shell.asRoot()) : fetched;
			},
			run.timing.transferStallMs,
		);
		await progress.end();
		await noteFetched(run, item, summary, sums, time);
		return undefined;
	} catch (error) {
		// Whatever it is, a full disk of this machine included: what is not here keeps its instance.
		signal.throwIfAborted();
		await progress.abandon();
		return error instanceof Error ? error : new Error(String(error));
	}
}

/** As on the instance, below a folder of its own: no `..` leads out of it. */
const placeOf = (run: DeploymentRun, node: DeployedNode, remote: string) =>
	join(nodeFolder(run.folder, node), posix.normalize(`/${remote}`)).replace(/(?<!\/)\/+$/, '');

/** Only of scripts that were begun. Later items of a node do not depend on earlier ones. */
function nodeItems(run: DeploymentRun, node: DeployedNode): readonly Item[] {
	const folder = nodeFolder(run.folder, node);
	const scripts = [
		...node.role.startScripts.map((_, index) => ['start-script', 'start', index + 1] as const),
		...node.role.asyncScripts.map((_, index) => ['async-script', 'async', index + 1] as const),
	]
		.filter(([step, , number]) => isBegun(run.journal.records, step, `${node.name}#${number}`))
		.map(([, kind, number]): Item => {
			const id = `${kind}-${number}`;
			return {
				subject: `${node.name}#${id}`,
				node,
				remote: run.tasks.folder(id),
				local: join(folder, 'scripts', id),
				without: '.d2cm', // How it was begun: of no use here.
				wanted: false,
			};
		});
	const downloads = node.role.downloads.map(
		(remote): Item => ({
			subject: `${node.name}:${remote}`,
			node,
			remote,
			local: placeOf(run, node, remote),
			wanted: true,
		}),
	);
	return [...downloads, ...scripts];
}
