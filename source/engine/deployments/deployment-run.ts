import {type Instance, type Owner, tagNames} from '../cloud/cloud.js';
import {isNoAnswer} from '../cloud/may-pass.js';
import type {JournalData, JournalRecord} from '../jobs/journal.js';
import {patientJournal} from '../jobs/patient-journal.js';
import {countSteps, isBegun, isFinished, stepRecord, textList} from '../jobs/step-marks.js';
import {type KeyPair, makeRsaKeyPair} from '../ssh/make-key-pair.js';
import {createRemoteTasks, type RemoteTaskRunner} from '../ssh/remote-task.js';
import {CloudPatience} from './cloud-patience.js';
import {Connections} from './connections.js';
import type {Deployment} from './deployment.js';
import {type DeploymentContext, defaultTiming, type Timing} from './deployment-context.js';
import {type DeploymentKeys, deploymentHostKeys, deploymentKeys, type HostKeys} from './deployment-keys.js';
import {LeaseKeeper} from './lease/lease-keeper.js';
import {MonitoringWatch} from './monitoring-watch.js';
import {type DeployedNode, deployedNodes} from './node.js';
import {inPlaceOf} from './replacement.js';
import {ResultsAtHome} from './results-at-home.js';
import {stopUnheard} from './stop-for-silence.js';

/** What the steps of one deployment share while one process works on it. Everything lasting is in the journal. */
export type DeploymentRun = Omit<DeploymentContext, 'timing' | 'tasks' | 'finish' | 'makeRsaKeyPair'> & {
	readonly tasks: RemoteTaskRunner;
	readonly timing: Timing;
	readonly finish: AbortSignal;
	readonly connections: Connections;
	readonly monitoring: MonitoringWatch;
	readonly lease: LeaseKeeper;

	/** One line of the live log. */
	say(level: 'info' | 'warning' | 'error', message: string, about?: About): Promise<void>;

	/** An effect on one subject: intent before, outcome after, skipped when the journal says that it is done. */
	once(
		step: string,
		subject: string,
		effect: () => Promise<JournalData | undefined>,
		intent?: JournalData,
	): Promise<void>;

	keys(): Promise<DeploymentKeys>;

	/** The RSA key for the instances, which takes longest to make, so it is begun before it is wanted. Of no use where the folder has one. */
	rsaKey(): Promise<KeyPair>;

	hostKeys(): Promise<HostKeys>;
	owner(): Promise<Owner>;

	/** As reserved, from the journal. */
	nodes(): readonly DeployedNode[];

	/** Asks the cloud, and again while it gives no answer, or what else is to be borne. The question may be put twice. */
	ask<T>(question: () => Promise<T>, signal?: AbortSignal, isBorne?: (error: unknown) => boolean): Promise<T>;

	/** The same of what has an effect: it is under way until it has ended, though nobody may wait for it any more. */
	effect<T>(question: () => Promise<T>, signal?: AbortSignal): Promise<T>;

	/** What was brought home, as it stands there. */
	readonly results: ResultsAtHome;

	/** Effects on the cloud that have not ended. */
	readonly underWay: ReadonlySet<Promise<unknown>>;

	/** Lets this machine log in to the instances, whatever address it has by now. */
	letIn(signal: AbortSignal): Promise<void>;

	/**
	Every instance of this deployment that the cloud shows.

	@throws {JobSuspendedError} When the cloud refuses or does not tell for long, and something may run: nothing is given up for that.
	*/
	instances(signal?: AbortSignal): Promise<readonly Instance[]>;

	/** The same, or of these ids, asked once; undefined when the cloud gives no answer now, or refuses. */
	instancesNow(signal?: AbortSignal, ids?: readonly string[]): Promise<readonly Instance[] | undefined>;
};

export type About = {readonly node?: DeployedNode; readonly role?: string; readonly hint?: string};

export function openRun({makeRsaKeyPair: makeRsa = makeRsaKeyPair, ...context}: DeploymentContext): DeploymentRun {
	const {deployment, folder, cloud, clock} = context;
	const timing = {...defaultTiming, ...context.timing};
	const journal = patientJournal(context.journal, {clock, limitMs: timing.journalLimitMs, cancel: context.cancel});
	const patience = new CloudPatience({clock, timing, say: async (...line) => base.say(...line)});
	const describe = async () =>
		cloud.describe({
			tags: {[tagNames.installation]: deployment.installation, [tagNames.deployment]: deployment.launchKey},
		});
	const wasReserving = countSteps(journal.records, 'reserve') > 0;
	let keys: Promise<DeploymentKeys> | undefined;
	let rsaKey: Promise<KeyPair> | undefined;
	let hostKeys: Promise<HostKeys> | undefined;
	const underWay = new Set<Promise<unknown>>();
	const tracked = async <T>(question: () => Promise<T>): Promise<T> => {
		const answer = question();
		underWay.add(answer);
		const forget = () => underWay.delete(answer);
		answer.then(forget, forget);
		return answer;
	};
	let nodes: {readonly reservations: number; readonly list: readonly DeployedNode[]} | undefined;
	const base: Omit<DeploymentRun, 'connections' | 'monitoring' | 'lease'> = {
		...context,
		tasks: context.tasks ?? createRemoteTasks(deployment.launchKey),
		timing,
		results: new ResultsAtHome(folder),
		finish: context.finish ?? new AbortController().signal,
		journal,
		async say(level, message, {node, role, hint} = {}) {
			const roleName = node?.role.name ?? role;
			await journal.append({
				kind: 'event',
				level,
				message,
				...(hint !== undefined && {hint}),
				...(roleName !== undefined && {role: roleName}),
				...(node && {instance: node.name}),
			});
		},
		async once(step, subject, effect, intent) {
			if (!isFinished(journal.records, step, subject)) {
				await journal.append({kind: 'step', step, subject, mark: 'started', ...(intent && {data: intent})});
				const data = await effect();
				await journal.append({kind: 'step', step, subject, mark: 'finished', ...(data && {data})});
			}
		},
		async keys() {
			keys ??= deploymentKeys(folder, deployment, cloud).catch((error: unknown) => {
				keys = undefined; // The disk was full, perhaps.
				throw error;
			});
			return keys;
		},
		async rsaKey() {
			rsaKey ??= makeRsa(deployment.launchKey);
			return rsaKey;
		},
		async hostKeys() {
			const isReserved = (role: string) => isBegun(journal.records, 'reserve', role);
			hostKeys ??= deploymentHostKeys(folder, deployment, {isReserved, rsaKey: base.rsaKey}).catch((error: unknown) => {
				hostKeys = undefined;
				throw error;
			});
			return hostKeys;
		},
		async owner() {
			const {login} = await base.keys();
			return {installation: deployment.installation, launchKey: deployment.launchKey, publicKey: login.publicKey};
		},
		nodes() {
			const {records} = journal;
			const reservations = countSteps(records, 'reserve') + countSteps(records, 'replace');
			if (nodes?.reservations !== reservations) {
				nodes = {reservations, list: reservedNodes(deployment, records)};
			}

			return nodes.list;
		},
		ask: async (question, signal, isBorne) => patience.ask(question, signal, isBorne),
		effect: async (question, signal) => patience.ask(async () => tracked(question), signal),
		underWay,
		async letIn(signal) {
			const whose = await base.owner();
			await base.effect(async () => cloud.prepare(whose), signal);
		},
		async instances(signal) {
			// Before anything runs, a refusal is the end; after that it says nothing of what runs.
			const mayRun = wasReserving || base.nodes().length > 0;
			try {
				return await patience.ask(describe, signal, mayRun ? isNoAnswer : undefined);
			} catch (error) {
				signal?.throwIfAborted();
				throw mayRun && isNoAnswer(error) ? stopUnheard(deployment, error) : error;
			}
		},
		instancesNow: async (signal, ids) => patience.askOnce(ids ? async () => cloud.describe({ids}) : describe, signal),
	};

	const connections = new Connections(base);
	return {
		...base,
		connections,
		monitoring: new MonitoringWatch(base, connections),
		lease: new LeaseKeeper(base, connections),
	};
}

function reservedNodes(deployment: Deployment, records: readonly JournalRecord[]): readonly DeployedNode[] {
	return deployedNodes(deployment, role =>
		textList(stepRecord(records, 'reserve', 'finished', role.name)?.data, 'instances').map(id =>
			inPlaceOf(records, id),
		),
	);
}
