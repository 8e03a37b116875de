import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {RunSoFar} from '../../source/engine/deployments/run-so-far.js';
import {parseSums} from '../../source/engine/deployments/sums-file.js';
import {nameOf, onDisk, shownName} from '../../source/engine/host/byte-names.js';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import type {Experiment} from './experiments.js';
import type {Effect} from './injection.js';
import type {Outcome} from './outcome.js';
import {simInputSums} from './sim-inputs.js';
import type {SimMachine} from './sim-machine.js';
import {beginMs} from './virtual-clock.js';

const minute = 60_000;

/** What is wrong after a case; nothing is, when all promises were kept. */
export function judge(experiment: Experiment, outcome: Outcome): readonly string[] {
	const end = outcome.records.find(record => record.kind === 'end');
	if (!end) {
		const last = outcome.processes.at(-1);
		return [`it never ended: ${last?.how === 'stopped' ? String(last.error) : last?.how}`];
	}

	return [
		...judgeEnd(experiment, outcome, end),
		...judgeResources(outcome, end),
		...judgeStaged(experiment, outcome, end),
		...judgeReservations(experiment, outcome),
		...judgeScripts(experiment, outcome, end),
		...judgeResults(experiment, outcome, end),
		...judgeJournal(outcome),
		...judgeTime(outcome),
		...judgeBill(experiment, outcome, end),
		...outcome.beside.map(what => `${what} was done by a process whose job another had taken over`),
		...judgeLimit(experiment, outcome),
	];
}

type End = Extract<JournalRecord, {kind: 'end'}>;

/** The end says what happened, and nothing that should be borne ends a run. */
function judgeEnd(
	{naturalEnd, naturalCause, limit, mayBeDone = false}: Experiment,
	outcome: Outcome,
	{state, cause, hint}: End,
): readonly string[] {
	const effects = outcome.injected.map(({injection}) => injection.effect);
	const wasCancelled = effects.some(effect => effect.do === 'cancel');
	// What is left where it may not be removed is named in the end.
	const isNamed = isRefused(outcome.injected) && outcome.world.keyPairs.size > 0;
	const mayFail =
		isNamed ||
		effects.some(mayEndRun) ||
		outcome.world.machines.some(({diesPending}) => diesPending) ||
		// The longest time counts from when they know each other; until then, waiting for them has a limit of its own.
		(limit === 'time' && wasStalled(outcome) && !knewEachOther(outcome));
	const problems: string[] = [];
	const isEarly = wasFinished(outcome);
	if (state === 'CANCELLED' && !wasCancelled && !(isEarly && !wasUp(outcome))) {
		problems.push('CANCELLED, and nobody had cancelled');
	} else if (state === 'FAILED' && naturalEnd === 'COMPLETED' && !mayFail) {
		problems.push(`FAILED over something that is to be borne: ${cause}`);
	} else if (
		state === 'COMPLETED' &&
		naturalEnd === 'FAILED' &&
		!isEarly &&
		!(mayBeDone && wasAway(outcome)) &&
		!wasSeenTooLate(outcome)
	) {
		problems.push('COMPLETED, which it cannot have');
	} else if (state === 'FAILED' && naturalCause && !mayFail && !naturalCause.test(cause ?? '')) {
		problems.push(`FAILED for another reason than its own: ${cause}`);
	} else if (state === 'FAILED' && !mayFail && finishedInTime(outcome)) {
		problems.push(`FAILED, though the user had ended it: ${cause}`);
	} else if (state !== 'CANCELLED' && wasCancelled && !wasOver(outcome)) {
		problems.push(`${state}, though it was cancelled before its end`);
	}

	if (state === 'FAILED' && (!cause || !hint)) {
		problems.push('FAILED without a cause and a hint');
	}

	const faults = outcome.records.filter(record => record.kind === 'event' && record.hint?.includes('a fault of D2CM'));
	return [
		...problems,
		...faults.map(record => `called a fault of D2CM: ${'message' in record ? record.message.split('\n')[0] : ''}`),
	];
}

/** What no run can be expected to bear. */
function mayEndRun(effect: Effect): boolean {
	switch (effect.do) {
		case 'gone':
		case 'instance-full':
		case 'immortal':
			return true;
		case 'fail':
			return effect.how === 'no-space';
		case 'jump':
			return effect.hours >= 2;
		case 'cut-off':
			return effect.minutes >= 10;
		case 'silence':
		case 'expire':
			return effect.minutes >= 15;
		case 'disk-full':
			return true;
		default:
			return false;
	}
}

/** Nobody could look when a script failed, and once somebody could, all that is waited for was done. */
const wasSeenTooLate = ({records}: Outcome) =>
	records.some(record => record.kind === 'event' && record.hint === 'All that is waited for was done by then.');

const wasStalled = ({injected}: Outcome) => injected.some(({injection: {effect}}) => effect.do === 'stall');

const knewEachOther = ({records}: Outcome) =>
	records.some(record => record.kind === 'state' && record.state === 'ROLES_CONTEXTUALIZED');

/** The user wanted the end, results first. */
const wasFinished = ({injected}: Outcome) => injected.some(({injection: {effect}}) => effect.do === 'finish');

/** No process looked for longer than the other role's done check takes to hold. */
const wasAway = ({passedMs, workedMs}: Outcome) => passedMs - workedMs > 10_000;

const wasUp = ({records}: Outcome) =>
	records.some(record => record.kind === 'state' && record.state === 'INSTANCES_LAUNCHED');

/** Before it had failed by itself. */
function finishedInTime({happened, injected}: Outcome): boolean {
	const finish = injected.find(({injection: {effect}}) => effect.do === 'finish')?.injection;
	if (!finish) {
		return false;
	}

	const struck = happened.flatMap(({place}, index) => (place === finish.place ? [index] : []))[finish.number - 1] ?? 0;
	return !happened.slice(0, struck + 1).some(({name}) => name === 'fail started');
}

/** The cancel came when the end was being written. */
function wasOver({happened, injected}: Outcome): boolean {
	const cancel = injected.find(({injection}) => injection.effect.do === 'cancel');
	const place = happened
		.map((one, index) => ({...one, index}))
		.filter(({place: where}) => where === cancel?.injection.place)
		.at((cancel?.injection.number ?? 0) - 1);
	return happened.slice(0, place?.index ?? 0).some(({name}) => name === 'clean-up-cloud finished');
}

const isImmortal = (injected: Outcome['injected']) =>
	injected.some(({injection: {effect}}) => effect.do === 'immortal');

const isRefused = (injected: Outcome['injected']) => injected.some(({injection: {effect}}) => effect.do === 'refuse');

const isStoreRefused = (injected: Outcome['injected']) =>
	injected.some(({injection: {effect}}) => effect.do === 'fail' && effect.how === 'refused');

/** Instances have what was to be uploaded, by whichever way, and the store has nothing. */
function judgeStaged({deployment}: Experiment, outcome: Outcome, {state, remaining = []}: End): readonly string[] {
	const {world, injected} = outcome;
	const mustHaveAll = state === 'COMPLETED' && !wasFinished(outcome);
	const isRefused = isStoreRefused(injected);
	const left = world.store
		.contents()
		.filter(() => !isRefused || !remaining.some(text => text.includes('objects d2cm/')));
	const lacking = deployment.roles.flatMap(({name, uploads}) =>
		world.machines
			.filter(({role, diesPending}) => mustHaveAll && role === name && !diesPending)
			.flatMap(({id, files}) =>
				uploads
					.filter(({local, remote}) => !isInput(files.get(remote), local))
					.map(({remote}) => `${id} has no ${remote}`),
			),
	);
	return [...left.map(what => `the ${what} is left in the store`), ...lacking];
}

function isInput(content: string | undefined, local: string): boolean {
	const sum = simInputSums.get(local);
	return content === `content of ${local}` || (sum !== undefined && content?.endsWith(`/${sum}`) === true);
}

/** Nothing lives that the end does not name, and it names nothing that does not. */
function judgeResources({world, injected}: Outcome, {remaining = []}: End): readonly string[] {
	const live = world.live();
	const unnamed = live.filter(({id}) => !remaining.some(text => text.includes(id) || text.includes('perhaps')));
	const problems = unnamed.map(({id, role}) => `${id} (${role}) lives, and the end does not say so`);
	// What is refused to be listed may be there.
	const isLeft = live.length > 0 || world.keyPairs.size > 0;
	const mayBeLeft = isImmortal(injected) || isRefused(injected) ? isLeft : isStoreRefused(injected);
	if (remaining.length > 0 && !mayBeLeft) {
		problems.push(`the end says that something is left, and nothing is: ${remaining.join()}`);
	}

	// Made by a process that another had replaced, after the end: it costs nothing, and is found by its tags.
	const isLate = injected.some(({injection: {effect}, name}) => effect.do === 'pause' && name === 'prepare');
	if (world.keyPairs.size > 0 && remaining.length === 0 && !isLate) {
		problems.push('the key pair is left, and the end does not say so');
	}

	return problems;
}

/** In the place of one that died before it had booted there may be another. */
function judgeReservations({deployment}: Experiment, {world, records}: Outcome): readonly string[] {
	const hasBooted = (id: string) =>
		records.some(record => record.kind === 'event' && record.message.includes(`(${id}) answers by SSH`));
	const isReplaceable = ({id, endingAt, endedByUs}: SimMachine) =>
		endingAt !== undefined && !endedByUs && !hasBooted(id);
	return deployment.roles.flatMap(({name, count}) => {
		const machines = world.machines.filter(({role}) => role === name);
		const dead = machines.filter(isReplaceable).length;
		const made = machines.length;
		return made > count + dead ? [`${made} instances of ${name} were reserved, ${count} were asked for`] : [];
	});
}

function judgeScripts({deployment}: Experiment, outcome: Outcome, {state}: End): readonly string[] {
	const isEarly = wasFinished(outcome);
	const isDone = state === 'COMPLETED' && !isEarly;
	return outcome.world.machines.flatMap(machine => {
		const role = deployment.roles.find(({name}) => name === machine.role);
		const unmet = (role?.doneChecks ?? []).find(({path}) => !machine.files.has(path));
		if (isDone && !machine.diesPending && unmet) {
			return [`COMPLETED, and there is no ${unmet.path} on ${machine.id}`];
		}

		return [...(role?.startScripts ?? []), ...(role?.asyncScripts ?? [])].flatMap(script => {
			const starts = machine.starts.get(script) ?? 0;
			const mustRun = state === 'COMPLETED' && !machine.diesPending && !isEarly;
			return starts > 1 || (mustRun && starts === 0)
				? [`a script ran ${starts} times on ${machine.id}: ${script}`]
				: [];
		});
	});
}

/**
Every file that was asked for and existed when its instance was ended is here with its SHA-256, or the user dropped it, or the
journal names it.
*/
function judgeResults({deployment}: Experiment, outcome: Outcome, end: End): readonly string[] {
	const {folder, world, records} = outcome;
	const sumsFile = join(folder, 'SHA256SUMS');
	const sums = existsSync(sumsFile) ? parseSums(nameOf(readFileSync(sumsFile))) : new Map<string, string>();
	const problems: string[] = [];
	for (const [path, sha256] of sums) {
		const file = onDisk(join(folder, path));
		if (!existsSync(file)) {
			problems.push(`SHA256SUMS names ${path}, which is not here`);
		} else if (digest(readFileSync(file)) !== sha256) {
			problems.push(`SHA256SUMS does not fit ${path}`);
		}
	}

	const isEarly = wasFinished(outcome);
	const mayWriteOn = end.state === 'FAILED' || isEarly;
	const words = [end.cause ?? '', ...records.flatMap(record => (record.kind === 'event' ? [record.message] : []))];
	for (const machine of world.machines) {
		const name = nodeNameOf(records, machine);
		const role = deployment.roles.find(other => other.name === machine.role);
		const wanted = (role?.downloads ?? []).flatMap(remote => wholeOf(machine, remote).map(file => ({remote, file})));
		for (const {remote, file} of wanted) {
			const content = machine.files.get(file);
			const path = join(machine.role, machine.id, file);
			const isHere =
				content !== undefined &&
				(sums.get(path) === digest(content) || (mayWriteOn && isBeginning(join(folder, path), content)));
			const isNamed = words.some(
				text =>
					(text.includes(remote) && text.includes(`of ${name} (`)) || (text.includes(machine.id) && !machine.endedByUs),
			);
			// Made by a script that still ran when another had failed already, or could not be stopped, after it was asked for.
			const wasAbsent = words.some(text => text.includes(`${remote} of ${name} (There is no ${remote}`));
			const isOwed =
				content !== undefined ? end.state !== 'CANCELLED' : end.state === 'COMPLETED' && !machine.diesPending;
			if (isOwed && !isHere && !isNamed) {
				problems.push(`${shownName(file)} of ${name || machine.id} is lost, and nothing says so`);
			} else if (end.state === 'COMPLETED' && isOwed && !isHere && !(isEarly && wasAbsent)) {
				problems.push(`COMPLETED without ${shownName(file)} of ${name}`);
			} else if (isOwed && !isHere && machine.endedByUs && !mayLose(outcome) && !wasAbsent) {
				problems.push(`${shownName(file)} of ${name} was given up without need`);
			}
		}
	}

	return problems;
}

/** What is below a folder that is asked for, or what is asked for itself. */
function wholeOf({files}: SimMachine, remote: string): readonly string[] {
	const below = [...files.keys()].filter(path => path.startsWith(`${remote}/`));
	return below.length > 0 ? below : [remote];
}

/** A script that still ran when another had failed, or when the time was over, may have written on meanwhile. */
function isBeginning(file: string, content: string): boolean {
	return existsSync(onDisk(file)) && content.startsWith(readFileSync(onDisk(file), 'utf8'));
}

/** Only what lasts longer than the hold time, or takes an instance away, may cost a result. */
function mayLose({injected, world}: Outcome): boolean {
	return (
		world.machines.some(({endedByUs, endingAt, diesPending}) => endingAt !== undefined && !endedByUs && !diesPending) ||
		injected.some(
			({injection: {effect}}) => (effect.do === 'disk-full' || effect.do === 'cut-off') && effect.minutes >= 10,
		)
	);
}

function nodeNameOf(records: readonly JournalRecord[], machine: SimMachine): string {
	const told = records.find(
		record => record.kind === 'event' && record.instance !== undefined && record.message.includes(machine.id),
	);
	return told?.kind === 'event' ? (told.instance ?? '') : '';
}

function judgeJournal({records, damages}: Outcome): readonly string[] {
	const states = records.flatMap(record => (record.kind === 'state' ? [record.state] : []));
	const twice = states.filter((state, index) => states.indexOf(state) !== index);
	const wrongPlace = records.findIndex((record, index) => record.seq !== index + 1);
	return [
		...damages.map(damage => `the journal is damaged: ${damage}`),
		...twice.map(state => `${state} was entered twice`),
		...(wrongPlace === -1 ? [] : [`record ${wrongPlace + 1} has the number ${records[wrongPlace]?.seq}`]),
		...(records.at(-1)?.kind === 'end' ? [] : ['something was written after the end']),
	];
}

/** An hour for what is done, and what the injections themselves take; ten minutes once the user has ended it. */
function judgeTime({workedMs, passedMs, injected}: Outcome): readonly string[] {
	const allowed = injected.reduce((sum, {injection: {effect}}) => {
		const minutes = 'minutes' in effect ? Math.min(effect.minutes, 60) : 0;
		return sum + (minutes + 45) * minute;
	}, 90 * minute);
	const only = injected.length === 1 ? injected[0] : undefined;
	const endMs = only?.injection.effect.do === 'finish' ? passedMs - only.at : 0;
	return [
		...(workedMs > allowed ? [`it took ${Math.round(workedMs / minute)} minutes`] : []),
		...(endMs > 10 * minute
			? [`it went on for ${Math.round(endMs / minute)} minutes after the user had ended it`]
			: []),
	];
}

/** What the journal says it cost is what the world bills, but for the time that passes between an effect and its record. */
function judgeBill({deployment}: Experiment, outcome: Outcome, end: End): readonly string[] {
	if (
		outcome.injected.some(({injection: {effect}}) => effect.do === 'jump' || effect.do === 'pause') ||
		end.remaining
	) {
		return [];
	}

	const cost = new RunSoFar();
	for (const record of outcome.records) {
		cost.take(record);
	}

	const said = cost.costUsd(Date.parse(end.at), deployment.roles) ?? 0;
	const billed = (outcome.world.billedMs() / 3_600_000) * 0.01;
	const slackMs =
		(outcome.passedMs - outcome.workedMs + (5 + 20 * outcome.injected.length) * minute) * outcome.world.machines.length;
	const slack = (slackMs / 3_600_000) * 0.01 + 1e-9;
	const {capUsd = Number.POSITIVE_INFINITY} = deployment;
	// Results that cannot be had are held for beyond the cap, and a cloud that cannot be asked ends nothing.
	const hinderedMinutes = sum(
		outcome.injected.map(({injection: {effect}}) => ('minutes' in effect ? Math.min(effect.minutes, 180) : 0)),
	);
	const held = (hinderedMinutes / 60) * 0.01 * outcome.world.machines.length;
	// Of an instance that ended by itself nobody says when: it counts until that was heard of.
	const unheardMs = outcome.world.machines.map(({endingAt, endedByUs}) =>
		endingAt === undefined || endedByUs ? 0 : Math.max(0, Date.parse(end.at) - beginMs - endingAt),
	);
	const isTooMuch = said - billed > slack + (sum(unheardMs) / 3_600_000) * 0.01;
	return [
		...(isTooMuch || billed - said > slack
			? [`it says that it cost $${said.toFixed(5)} and the world bills $${billed.toFixed(5)}`]
			: []),
		...(billed > capUsd + held + slack ? [`the world bills $${billed.toFixed(5)} over a cap of $${capUsd}`] : []),
	];
}

/** A limit is kept though nothing goes on: by then no more is spent than the cap, and not much more time has passed than the longest. */
function judgeLimit({deployment, limit}: Experiment, outcome: Outcome): readonly string[] {
	const {records, world} = outcome;
	const failed = records.find(record => record.kind === 'step' && record.step === 'fail');
	const known = records.find(record => record.kind === 'state' && record.state === 'ROLES_CONTEXTUALIZED');
	if (limit === undefined || !wasStalled(outcome) || !failed) {
		return [];
	}

	const failedMs = Date.parse(failed.at) - beginMs;
	const spentUsd = (sum(world.machines.map(machine => machine.billedMs(failedMs))) / 3_600_000) * 0.01;
	const {capUsd = Number.POSITIVE_INFINITY, maxRunMinutes} = deployment;
	const lateMs = known ? failedMs - (Date.parse(known.at) - beginMs) - maxRunMinutes * minute : 0;
	return [
		...(spentUsd > capUsd ? [`$${spentUsd.toFixed(5)} was spent before the cap of $${capUsd} was seen`] : []),
		...(limit === 'time' && lateMs > 2 * minute
			? [`its longest time was over for ${Math.round(lateMs / 1000)} s before it was seen`]
			: []),
	];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
