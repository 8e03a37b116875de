import {mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {KeysRefusedError} from '../../source/engine/cloud/ec2/errors/keys-refused-error.js';
import type {DeploymentContext} from '../../source/engine/deployments/deployment-context.js';
import {fencedWorld} from '../../source/engine/deployments/fenced-world.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import {whileFenced} from '../../source/engine/host/fence.js';
import type {EndState, JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import {StoreKeysError} from '../../source/engine/object-store/errors/store-keys-error.js';
import {openJournal} from '../../source/store/journal-file.js';
import {JournalLines} from '../../source/store/journal-lines.js';
import {lockTimes} from '../../source/store/lock-host.js';
import type {ProcessLock} from '../../source/store/process-lock.js';
import {quickRsaKeyPair} from '../helpers/quick-rsa-key.js';
import {canBefall, failures} from './failures.js';
import type {Effect, Injection, Place} from './injection.js';
import type {Happened, Outcome, Plan, ProcessEnd} from './outcome.js';
import {Platter} from './platter.js';
import {lives, type SharedLife, SimLife, shareFolder} from './sim-life.js';
import type {SimMachine} from './sim-machine.js';
import {simCloud, simConnect, simMonitor, simTasks} from './sim-process.js';
import {simBucket, simStore} from './sim-store.js';
import {SimWorld} from './sim-world.js';
import {simulateDisk, watchDisk} from './sync-disk.js';
import {VirtualClock} from './virtual-clock.js';

/** A new one each time: what waits for it is forgotten with it. */
const never = () => new Promise<never>(() => undefined);
const mostProcesses = 8;
const limitMs = 12 * 3_600_000;

/** Runs a deployment to its end on a simulated world: killed and mended as the plan has it, and resumed each time. */
export async function simulate(plan: Plan, random: () => number, folders: string): Promise<Outcome> {
	simulateDisk();
	const folder = mkdtempSync(join(folders, 'case-'));
	const simulation = new Simulation(plan, random, folder);
	try {
		return await simulation.run();
	} finally {
		watchDisk(undefined);
		await simulation.leave();
	}
}

export const forget = (folder: string): void =>
	rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});

/** What needs no fence: it changes nothing. */
const onlyLooks =
	/^(?:instanceTypes|images|checkCapacity|describe|consoleOutput|connect|status|output|readFile|stat|head|list)/;

class Simulation {
	readonly #clock = new VirtualClock();
	readonly #world: SimWorld;
	readonly #counts: Record<Place, number> = {record: 0, cloud: 0, store: 0, shell: 0, disk: 0};
	readonly #happened: Happened[] = [];
	readonly #injected: Array<{injection: Injection; at: number; name: string}> = [];
	readonly #platter: Platter | undefined;
	#isWithoutPower = false;
	#life = new SimLife();
	/** Stopped while others work on its job. */
	#paused: SimLife | undefined;
	readonly #locks: ProcessLock[] = [];
	readonly #beside: string[] = [];
	#isCancelled = false;
	#isFinished = false;
	#diskFullUntil = 0;
	#workedMs = 0;

	constructor(
		readonly plan: Plan,
		readonly random: () => number,
		readonly folder: string,
	) {
		this.#world = new SimWorld(() => this.#clock.passedMs, random, plan.diesPending);
		this.#platter = plan.injections.some(({effect}) => effect.do === 'power') ? new Platter() : undefined;
	}

	/** On hosts that share the folder. */
	get #isShared(): boolean {
		return this.plan.injections.some(({effect}) => effect.do === 'pause');
	}

	/** Not in the folder, where each write may be struck. */
	get #lockFolder(): string {
		return join(dirname(this.folder), `lock-of-${basename(this.folder)}`);
	}

	get #current(): SimLife {
		return lives.getStore() ?? this.#life;
	}

	async leave(): Promise<void> {
		for (const lock of this.#locks) {
			await lock.release();
		}

		forget(this.#lockFolder);
	}

	async run(): Promise<Outcome> {
		mkdirSync(this.#lockFolder);
		const processes: ProcessEnd[] = [];
		let records: readonly JournalRecord[] = [];
		let damages: readonly string[] = [];
		while (processes.length < mostProcesses) {
			const begunAt = this.#clock.passedMs;
			const {end, journal} = await this.#process();
			this.#workedMs += this.#clock.passedMs - begunAt;
			records = journal?.records ?? records;
			damages = journal?.damages ?? damages;
			processes.push(end);
			if (end.how === 'ended') {
				break;
			}

			if (end.how === 'paused') {
				this.#paused = this.#life;
				this.#clock.skip(lockTimes.leaseMs);
				continue;
			}

			// Killed: somebody sees it after a while. Stopped: it said what to mend, and the user has.
			this.#clock.skip(1000 + Math.floor(this.random() * (this.random() < 0.5 ? 20_000 : 600_000)));
			if (end.how === 'stopped') {
				this.#diskFullUntil = 0;
				this.#world.silentUntil = 0;
				this.#world.storeSilentUntil = 0;
				this.#world.refusesKeysUntil = 0;
				this.#world.refusesRightsUntil = 0;
			}
		}

		if (this.#paused) {
			this.#paused.goOn();
			await this.#clock.runUntil(Promise.race([this.#paused.ended, this.#paused.struck.promise]), limitMs);
			this.#paused.isAlive = false;
			this.#clock.forgetSleepers();
			// Whatever the two have written there.
			const lines = new JournalLines(join(this.folder, 'journal.jsonl'));
			records = lines.take(readFileSync(lines.path));
			damages = lines.damages;
		}

		return {
			world: this.#world,
			folder: this.folder,
			records,
			damages,
			processes,
			happened: this.#happened,
			beside: this.#beside,
			injected: this.#injected,
			passedMs: this.#clock.passedMs,
			workedMs: this.#workedMs,
		};
	}

	async #process() {
		const life = new SimLife();
		this.#life = life;
		if (this.#isCancelled) {
			life.cancel.abort(new Error('cancelled'));
		}

		if (this.#isFinished) {
			life.finish.abort(new Error('finished'));
		}

		if (!this.#paused) {
			watchDisk({
				folder: this.folder,
				beside: this.#lockFolder,
				isAlive: () => this.#current.isAlive,
				platter: this.#platter,
				onWrite: async (what, half, whole) => this.#write(what, half, whole),
			});
		}

		let journal: Awaited<ReturnType<typeof openJournal>> | undefined;
		const work = async (): Promise<ProcessEnd> => {
			try {
				const shared = this.#isShared ? await this.#share(life) : undefined;
				journal = await openJournal(join(this.folder, 'journal.jsonl'), {
					clock: {now: shared?.clock.now ?? this.#clock.now, sleep: never},
					...(shared && {fence: shared.fence, isTakenOver: shared.lock.takenFrom !== undefined}),
				});
				return {how: 'ended', state: await this.#work(life, journal, shared)};
			} catch (error) {
				return {how: 'stopped', error};
			}
		};
		const working = lives.run(life, work);
		life.ended = working;
		const end = await this.#clock.runUntil(Promise.race([working, life.struck.promise]), limitMs);
		if (end.how === 'paused') {
			return {end, journal};
		}

		// What it still had in hand comes to a stop before anybody else begins; what waits for a cancel would be held for ever.
		life.isAlive = false;
		life.cancel.abort(new Error('dead'));
		this.#clock.forgetSleepers();
		await new Promise(setImmediate);
		await new Promise(setImmediate);
		if (!this.#paused) {
			watchDisk(undefined);
		}

		if (this.#isWithoutPower) {
			this.#isWithoutPower = false;
			this.#platter?.lose(this.folder);
		}

		return {end, journal};
	}

	/** The first host's clock is right, the next one's an hour off. */
	async #share(life: SimLife) {
		const [path, virtual] = [join(this.#lockFolder, 'job.lock'), this.#clock];
		const aheadMs = this.#paused ? (this.random() < 0.5 ? 3_600_000 : -3_600_000) : 0;
		const shared = await shareFolder(life, {path, name: `host ${this.#locks.length + 1}`, virtual, aheadMs});
		this.#locks.push(shared.lock);
		if (this.#paused) {
			this.#paused.isReplaced = true;
		}

		return shared;
	}

	async #work(
		life: SimLife,
		file: Awaited<ReturnType<typeof openJournal>>,
		shared: SharedLife | undefined,
	): Promise<EndState> {
		const operate = this.#operate.bind(this);
		const clock = shared?.clock ?? this.#clock.ofProcess(() => life.isAlive);
		const staging = {store: simStore({world: this.#world, operate, clock}), bucket: simBucket, leastBytes: 1};
		const context: DeploymentContext = {
			deployment: this.plan.deployment,
			folder: this.folder,
			cloud: simCloud(this.#world, operate, this.plan.isStaged ? staging : undefined),
			connect: simConnect(this.#world, operate),
			tasks: simTasks(this.#world, operate),
			monitor: simMonitor,
			clock,
			makeRsaKeyPair: quickRsaKeyPair,
			cancel: life.cancel.signal,
			finish: life.finish.signal,
			journal: {
				records: file.records,
				append: async (entry: JournalEntry) => {
					const name = 'step' in entry ? `${entry.step} ${entry.mark}` : entry.kind;
					await this.#at('record', name, undefined, async () => file.append(entry));
				},
			},
		};
		const state = shared
			? await whileFenced(shared.fence, async () => runDeployment(fencedWorld(context, shared.fence)))
			: await runDeployment(context);
		await file.close();
		return state;
	}

	async #operate<T>(
		place: 'cloud' | 'shell' | 'store',
		name: string,
		act: () => Promise<T>,
		machine?: SimMachine,
	): Promise<T> {
		const life = this.#current;
		if (!life.isAlive) {
			return never();
		}

		if (life.isReplaced && !onlyLooks.test(name)) {
			this.#beside.push(name);
		}

		const least = place === 'shell' ? 10 : 150;
		await this.#clock.ofProcess(() => life.isAlive).sleep(least + this.random() * least);
		return this.#at(place, name, machine, async () => {
			if (place !== 'shell') {
				await this.#mustAnswer(place);
			}

			return act();
		});
	}

	async #mustAnswer(place: 'cloud' | 'store'): Promise<void> {
		const life = this.#current;
		const {silentUntil, storeSilentUntil} = this.#world;
		if (this.#clock.passedMs < (place === 'cloud' ? silentUntil : Math.max(silentUntil, storeSilentUntil))) {
			await this.#clock.ofProcess(() => life.isAlive).sleep(30_000);
			throw place === 'cloud' ? failures.unreachable() : new Error('read ETIMEDOUT');
		}

		if (this.#clock.passedMs < this.#world.refusesKeysUntil) {
			throw place === 'cloud' ? new KeysRefusedError('expired') : new StoreKeysError('sim', 'expired');
		}

		if (place === 'cloud' && this.#clock.passedMs < this.#world.refusesRightsUntil) {
			throw failures['not-allowed']();
		}
	}

	async #write(what: string, half: () => void, whole: () => unknown): Promise<unknown> {
		return this.#at(
			'disk',
			what,
			undefined,
			async () => {
				const makesRoom = what === 'open' || what === 'mkdir' || what === 'write' || what === 'append';
				if (makesRoom && this.#clock.passedMs < this.#diskFullUntil) {
					half();
					throw failures['no-space']();
				}

				return whole();
			},
			half,
		);
	}

	/** Does one thing, with what the plan has for it. */
	async #at<T>(
		place: Place,
		name: string,
		machine: SimMachine | undefined,
		act: () => Promise<T>,
		half?: () => void,
	): Promise<T> {
		const life = this.#current;
		if (!life.isAlive) {
			return never();
		}

		if (this.#isShared) {
			await life.goesOn();
		}

		this.#counts[place]++;
		const number = this.#counts[place];
		this.#happened.push({place, name, machine: machine?.id});
		const injections = this.plan.injections.filter(other => other.place === place && other.number === number);
		for (const injection of injections) {
			this.#injected.push({injection, at: this.#clock.passedMs, name});
		}

		const effects = injections.map(({effect}) => effect).filter(effect => canBefall(effect, name));
		for (const effect of effects) {
			this.#change(effect, place, machine);
		}

		if (effects.some(effect => effect.do === 'hang')) {
			return never();
		}

		await this.#strike(effects, 'before', half);
		const result = await act();
		await this.#strike(effects, 'after');
		return life.isAlive ? result : never();
	}

	async #strike(effects: readonly Effect[], when: 'before' | 'after', half?: () => void): Promise<void> {
		for (const effect of effects) {
			if ((effect.do === 'kill' || effect.do === 'power') && effect.when === when) {
				half?.();
				this.#isWithoutPower = effect.do === 'power';
				this.#current.die();
				await never();
			} else if (effect.do === 'pause' && when === 'before') {
				const life = this.#current;
				void this.#clock
					.ofProcess(() => true)
					.sleep(effect.minutes * 60_000)
					.then(() => life.goOn());
				await life.stop();
			} else if (effect.do === 'fail' && effect.when === when) {
				half?.();
				throw failures[effect.how]();
			}
		}
	}

	#change(effect: Effect, place: Place, touched: SimMachine | undefined): void {
		const now = this.#clock.passedMs;
		const machine = touched ?? this.#world.live()[0];
		switch (effect.do) {
			case 'cancel':
				this.#isCancelled = true;
				this.#life.cancel.abort(new Error('cancelled'));
				break;
			case 'finish':
				this.#isFinished = true;
				this.#life.finish.abort(new Error('finished'));
				break;
			case 'jump':
				this.#clock.jump(effect.hours * 3_600_000);
				break;
			case 'lag':
				this.#world.lagMs = effect.seconds * 1000;
				break;
			case 'silence':
				this.#world[place === 'store' ? 'storeSilentUntil' : 'silentUntil'] = now + effect.minutes * 60_000;
				break;
			case 'expire':
				this.#world.refusesKeysUntil = now + effect.minutes * 60_000;
				break;
			case 'refuse':
				this.#world.refusesRightsUntil = now + effect.minutes * 60_000;
				break;
			case 'disk-full':
				this.#diskFullUntil = now + effect.minutes * 60_000;
				break;
			case 'gone':
				machine?.end(now, 'Server.InternalError', false);
				break;
			case 'fetch-ends':
				if (touched) {
					touched.fetchEnds = effect.how;
				}

				break;
			case 'stall':
				this.#world.stalledUntil = now + effect.minutes * 60_000;
				break;
			case 'cut-off':
				if (machine) {
					machine.cutOffUntil = now + effect.minutes * 60_000;
				}

				break;
			case 'immortal':
				if (machine) {
					machine.isImmortal = true;
				}

				break;
			case 'instance-full':
				if (machine) {
					machine.isFull = true;
				}

				break;
			default:
				break; // It strikes the call itself.
		}
	}
}
