/** Where something can go wrong: a record of the journal, a call to the cloud or its object store, something done on an instance, a local write. */
export type Place = 'record' | 'cloud' | 'store' | 'shell' | 'disk';

export type Effect =
	/** SIGKILL, before the thing is done, or after it and before its answer. */
	| {readonly do: 'kill'; readonly when: 'before' | 'after'}
	/** The same, and what of its files was not synced is lost. */
	| {readonly do: 'power'; readonly when: 'before' | 'after'}
	/** SIGSTOP, right before the thing is done; a process on another host takes over, and this one goes on so much later. */
	| {readonly do: 'pause'; readonly minutes: number}
	| {readonly do: 'cancel'}
	/** The user wants the end, results first. */
	| {readonly do: 'finish'}
	/** The clock of this machine is set. */
	| {readonly do: 'jump'; readonly hours: number}
	/** This one call fails; after its effect, the answer is lost. */
	| {readonly do: 'fail'; readonly how: Failure; readonly when: 'before' | 'after'}
	/** This one call never ends. */
	| {readonly do: 'hang'}
	/** From now on each answer of the cloud is either new or so old. */
	| {readonly do: 'lag'; readonly seconds: number}
	/** The cloud, or its object store alone, answers nothing. */
	| {readonly do: 'silence'; readonly minutes: number}
	/** The access keys are refused: for a time, or until the user has renewed them and resumes. */
	| {readonly do: 'expire'; readonly minutes: number}
	/** The keys have no right to anything: for a time, or until the user has got it and resumes. */
	| {readonly do: 'refuse'; readonly minutes: number}
	/** An instance ends and nobody asked for it. */
	| {readonly do: 'gone'}
	/** An instance does not end, whoever asks. */
	| {readonly do: 'immortal'}
	/** No instance accepts a connection, those that are yet to be started no more than the others. */
	| {readonly do: 'stall'; readonly minutes: number}
	/** An instance accepts no connection. */
	| {readonly do: 'cut-off'; readonly minutes: number}
	/** The disk of an instance is full, for good. */
	| {readonly do: 'instance-full'}
	/** This one try of an instance to fetch a staged input ends so. */
	| {readonly do: 'fetch-ends'; readonly how: FetchEnd}
	/** The disk of this machine. */
	| {readonly do: 'disk-full'; readonly minutes: number};

export type Failure =
	| 'throttled'
	| 'server-error'
	| 'unreachable'
	| 'reset'
	| 'late'
	| 'wrong-sum'
	| 'no-space'
	| 'refused'
	| 'not-allowed';

/** `mute`: it says nothing that we understand. */
export type FetchEnd = 'cut' | 'forbidden' | 'unreachable' | 'differs' | 'toolless' | 'busy' | 'mute';

/** At the n-th thing of a place, counted over all processes of a case from 1. */
export type Injection = {readonly place: Place; readonly number: number; readonly effect: Effect};

export function injectionName({place, number, effect}: Injection): string {
	const details = Object.entries(effect).map(([key, value]) => (key === 'do' ? value : `${value}`));
	return `${details.join('-')}@${place}-${number}`;
}
