import {mkdir, readdir, rename, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {CancelledError} from '../errors/cancelled-error.js';
import type {Clock} from '../host/clock.js';
import {systemClock} from '../host/system-clock.js';
import {failureReason} from './failure-reason.js';
import {formatXport} from './format-xport.js';
import type {Monitor, MonitorTarget} from './monitor.js';
import {writeNodeFile} from './node-file.js';
import {parseWatchReply, type WatchReply} from './parse-watch-reply.js';
import {parseXport} from './parse-xport.js';
import {parsePieceName, pieceName} from './piece-name.js';
import {settledRows} from './settled-rows.js';
import {watchScript} from './watch-script.js';

export type CollectdMonitorOptions = {
	/** Where our collectd lives on an instance: plain letters, digits, `/`, `.`, `_` and `-`. */
	readonly instanceFolder?: string;
	/** The longest that finish() may take to bring the .rrd files. */
	readonly finishMs?: number;
	readonly clock?: Clock;
};

/** What an instance says where an earlier begin() did not get through. */
const nothingBegun = 'd2cm-watch absent 0 0';

/** An older part of a long pause comes coarse, the rest fine; more rounds than that mean something is wrong. */
const mostRounds = 3;

/** A clock that is corrected by less is no jump: the next export is only a little shorter. */
const clockSlackSeconds = 60;

/**
Watches instances by a collectd of our own with its rrdtool plug-in. What is known of an instance is on the instance and
in its folder, so that a job taken over by another process goes on where the last one was.
*/
export function createCollectdMonitor({
	instanceFolder = '/var/lib/d2cm/collectd',
	finishMs = 50_000,
	clock = systemClock,
}: CollectdMonitorOptions = {}): Monitor {
	if (!/^\/[\w./-]+$/.test(instanceFolder)) {
		throw new TypeError(`instanceFolder ${instanceFolder} would have to be quoted.`);
	}

	const script = `${instanceFolder}/watch.sh`;
	// The last word on each instance, and the trouble it is in now, so that nothing is said twice.
	const said = new Map<string, string>();
	const troubles = new Map<string, string>();
	const jumps = new Map<string, string>();

	const sayOnce = async ({folder, say}: MonitorTarget, level: 'info' | 'warning', message: string, words = said) => {
		if (words.get(folder) !== message) {
			words.set(folder, message);
			await say(level, message);
		}
	};

	/** Does what monitoring wants, and turns what goes wrong into words. */
	const attempt = async (target: MonitorTarget, failing: string, work: () => Promise<void>) => {
		try {
			target.signal?.throwIfAborted();
			await work();
			troubles.delete(target.folder);
		} catch (error) {
			if (!target.signal?.aborted) {
				const reason = reasonOf(error);
				const message = `Monitoring of ${target.name}: ${failing} (${reason}).`;
				await sayOnce(target, 'warning', message, troubles);
			}
		}
	};

	const ask = async (target: MonitorTarget, command: string, input?: string): Promise<WatchReply> => {
		const startedMs = clock.now().getTime();
		const {stdout, stderr, code} = await target.shell.run(command, {
			timeoutMs: 60_000,
			...(input === undefined ? {} : {input}),
			...(target.signal ? {signal: target.signal} : {}),
		});
		const reply = parseWatchReply(stdout);
		const hasFailed = code !== 0 && reply?.state !== 'failed';
		if (!reply || hasFailed) {
			throw new Error(stderr.trim().split('\n').at(-1) || `exit code ${code}`);
		}

		if (reply.state === 'absent') {
			return reply;
		}

		const ourSeconds = (startedMs + clock.now().getTime()) / 2000;
		const role = basename(dirname(target.folder));
		await writeNodeFile(target.folder, {
			name: target.name,
			role,
			clockAheadSeconds: Math.round(reply.nowSeconds - ourSeconds),
		});
		return reply;
	};

	const tell = async (target: MonitorTarget, {state, body}: WatchReply) => {
		if (state === 'running') {
			await sayOnce(target, 'info', `Monitoring of ${target.name} is on.`);
		} else if (state === 'installing') {
			await sayOnce(target, 'info', `Monitoring of ${target.name} begins once collectd is installed there.`);
		} else if (state === 'failed') {
			await sayOnce(target, 'warning', `Monitoring of ${target.name} is off: ${failureReason(body)}.`);
		}
	};

	const begin = async (target: MonitorTarget) => {
		await mkdir(target.folder, {recursive: true, mode: 0o700});
		const install = `umask 077; mkdir -p ${instanceFolder} && cat >${script}.new && mv -f ${script}.new ${script}`;
		const command = `sh -c '${install} && exec sh ${script} begin'`;
		await tell(target, await ask(target, command, watchScript(instanceFolder)));
	};

	const bringNew = async (target: MonitorTarget, verb: 'export' | 'finish') => {
		for (let round = 0; round < mostRounds; round++) {
			const exportSince = async (from: number) =>
				ask(target, `test -f ${script} || { echo ${nothingBegun}; exit; }; sh ${script} ${verb} ${from}`);
			let from = await lastFetched(target.folder);
			let reply = await exportSince(from);
			if (reply.state !== 'absent' && from > reply.nowSeconds + clockSlackSeconds) {
				const message = `Monitoring of ${target.name}: measurements here are later than its clock, which was set back or forward meanwhile; they are passed over, and new ones are fetched.`;
				await sayOnce(target, 'warning', message, jumps);
				from = await lastFetched(target.folder, reply.nowSeconds);
				reply = await exportSince(from);
			}

			if (reply.state === 'absent') {
				return verb === 'export' ? begin(target) : undefined;
			}

			await tell(target, reply);
			const isNothingNew = reply.state === 'failed' || reply.body.trim() === '';
			const fresh = isNothingNew
				? undefined
				: settledRows(parseXport(reply.body), {nowSeconds: reply.nowSeconds, hasEnded: reply.state === 'finished'});
			const [first, last] = [fresh?.rows[0], fresh?.rows.at(-1)];
			if (!fresh || !first || !last || last.timeSeconds <= from) {
				return;
			}

			await writePiece(join(target.folder, pieceName(first.timeSeconds, last.timeSeconds)), formatXport(fresh));
			if (!reply.more) {
				return;
			}
		}
	};

	return {
		begin: async target => attempt(target, 'it could not be started', async () => begin(target)),

		fetch: async target => attempt(target, 'no measurements could be fetched', async () => bringNew(target, 'export')),

		finish: async target => {
			const limit = AbortSignal.timeout(finishMs);
			const bounded = {...target, signal: target.signal ? AbortSignal.any([target.signal, limit]) : limit};
			await attempt(target, 'the last measurements could not be fetched', async () => bringNew(bounded, 'finish'));
			await attempt(target, 'its .rrd files could not be fetched', async () => {
				if (await target.shell.stat(`${instanceFolder}/rrd/node`)) {
					const {signal} = bounded;
					await target.shell.download(`${instanceFolder}/rrd/node`, join(target.folder, 'rrd'), {signal});
				}
			});
		},
	};
}

/** In words for a bracket. A cancelling that the user did not ask for is our own limit. */
function reasonOf(error: unknown): string {
	const isLimit = error instanceof CancelledError || (error instanceof DOMException && error.name === 'TimeoutError');
	const words = error instanceof Error ? error.message : String(error);
	return isLimit ? 'it took too long' : words.replace(/\.$/, '');
}

/** Unix time of the last point that is here and no later than the time given, 0 for none. */
async function lastFetched(folder: string, nowSeconds = Number.POSITIVE_INFINITY): Promise<number> {
	const names = await readdir(folder).catch(() => []);
	const ends = names.map(name => parsePieceName(name)?.endSeconds ?? 0);
	return Math.max(0, ...ends.filter(end => end <= nowSeconds));
}

async function writePiece(path: string, text: string): Promise<void> {
	await writeFile(`${path}.new`, text);
	await rename(`${path}.new`, path);
}
