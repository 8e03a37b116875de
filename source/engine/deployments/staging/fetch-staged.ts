import {AppError} from '../../errors/app-error.js';
import type {Shell} from '../../ssh/shell.js';
import type {DeploymentRun} from '../deployment-run.js';
import type {DeployedNode} from '../node.js';
import {type FetchOutcome, fetchScript, readFetch} from './fetch-script.js';
import type {StagedFile} from './staged-files.js';

export type Target = {
	readonly remote: string;
	/** Permission bits. */
	readonly mode: number;
	/** In whole seconds since 1970. */
	readonly modifiedAt: number;
	/** Bytes of it that take no room. */
	readonly holeBytes: number;
};

/** What one process has learnt of the bucket: what no instance can get need not be tried by all. */
export type Reach = {
	/** Keys of objects the store does not give, or not as they should be. */
	readonly refused: Set<string>;
	hasWorked: boolean;
	/** Instances that got nothing. */
	failures: number;
};

/** An address is good for the beginning of a fetch; each try has a new one. */
const expiresSeconds = 300;
const mostSeconds = 600;
/** Tries, one after the other, that bring nothing. */
const mostVain = 3;

/**
Lets an instance fetch a staged file. It goes on with what an earlier try has left.

@returns Whether it is there, verified and with its name. Otherwise what there is of it is left for `Shell.upload`.
*/
export async function fetchStaged(
	run: DeploymentRun,
	node: DeployedNode,
	file: StagedFile,
	target: Target,
	{signal, reach}: {readonly signal: AbortSignal; readonly reach: Reach},
): Promise<boolean> {
	let outcome: FetchOutcome | undefined;
	for (let [vain, bytes] = [0, 0]; vain < mostVain && isWorthATry(reach, file); ) {
		const url = await address(run, file);
		if (url === undefined) {
			break;
		}

		const script = fetchScript({...file, ...target, url, ca: run.cloud.staging?.ca, mostSeconds});
		outcome = await fetchOnce(run, node, script, signal);
		if (outcome?.state === 'stored') {
			reach.hasWorked = true;
			return true;
		}

		if (!outcome || outcome.state === 'toolless' || outcome.state === 'refused') {
			break;
		}

		vain = outcome.bytes > bytes ? 1 : vain + 1;
		bytes = outcome.bytes;
		if (vain < mostVain) {
			await run.clock.sleep(Math.min(1000 * 2 ** vain, run.timing.reconnectPauseMs), signal);
		}
	}

	if (outcome && (isForAll(outcome) || outcome.state === 'differs')) {
		reach.refused.add(file.key);
	} else if (outcome?.state === 'partial' && outcome.bytes === 0) {
		reach.failures++;
	}

	const why = outcome ? wordsOf(outcome) : 'no instance can';
	await run.say('warning', `${node.name} could not fetch ${target.remote} (${why}): it is sent from here.`, {node});
	return false;
}

/** Two instances to which the store does not speak, and none to which it does, stand for all. */
function isWorthATry({refused, hasWorked, failures}: Reach, {key}: StagedFile): boolean {
	return !refused.has(key) && (hasWorked || failures < 2);
}

async function address({cloud, say}: DeploymentRun, {bucket, key}: StagedFile): Promise<string | undefined> {
	try {
		return await cloud.staging?.store.presignGet(bucket, key, expiresSeconds);
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		await say('warning', `No address of a staged input can be made: ${error.message}`, {hint: error.hint});
		return undefined;
	}
}

async function fetchOnce(
	run: DeploymentRun,
	node: DeployedNode,
	script: string,
	signal: AbortSignal,
): Promise<FetchOutcome | undefined> {
	const limitMs = 2 * mostSeconds * 1000 + run.timing.commandLimitMs;
	return run.connections.use(
		node,
		signal,
		async shell => {
			const fetch = async (one: Shell) => readFetch((await one.run('sh -s', {input: script, signal})).stdout);
			const outcome = await fetch(shell);
			return outcome?.state === 'refused' && shell.asRoot ? fetch(shell.asRoot()) : outcome;
		},
		limitMs,
	);
}

/** The store itself says no. */
const isForAll = ({httpStatus}: FetchOutcome): boolean => httpStatus === 403 || httpStatus === 404;

function wordsOf({state, tool, exitCode, httpStatus}: FetchOutcome): string {
	const ended = `${tool} ended with ${exitCode}${httpStatus > 0 ? `, HTTP ${httpStatus}` : ''}`;
	const words: Readonly<Record<FetchOutcome['state'], string>> = {
		stored: 'it is there',
		partial: ended,
		differs: 'what came has another SHA-256',
		toolless: 'it has neither curl, wget nor python3',
		refused: 'it cannot be put there',
		busy: 'an earlier fetch does not end',
	};
	return words[state];
}
