import type {Effect} from './injection.js';

export const kills: readonly Effect[] = [
	{do: 'kill', when: 'before'},
	{do: 'kill', when: 'after'},
];

/** Goes on while the other works, and after that has ended. */
export const pauses: readonly Effect[] = [
	{do: 'pause', minutes: 1},
	{do: 'pause', minutes: 100_000},
];

export const powerFailures: readonly Effect[] = [{do: 'power', when: 'after'}];

export const cloudFaults: readonly Effect[] = [
	{do: 'fail', how: 'throttled', when: 'before'},
	{do: 'fail', how: 'server-error', when: 'before'},
	{do: 'fail', how: 'server-error', when: 'after'},
	{do: 'fail', how: 'unreachable', when: 'before'},
	{do: 'fail', how: 'unreachable', when: 'after'},
	{do: 'hang'},
	{do: 'lag', seconds: 60},
	{do: 'silence', minutes: 1},
	{do: 'silence', minutes: 12},
	{do: 'silence', minutes: 120},
	{do: 'expire', minutes: 5},
	{do: 'expire', minutes: 100_000},
];

/** They strike what runs: before that, a right that is missing ends a run at once. */
export const refusals: readonly Effect[] = [
	{do: 'fail', how: 'not-allowed', when: 'before'},
	{do: 'refuse', minutes: 5},
	{do: 'refuse', minutes: 100_000},
];

export const shellFaults: readonly Effect[] = [
	{do: 'fail', how: 'reset', when: 'before'},
	{do: 'fail', how: 'reset', when: 'after'},
	{do: 'fail', how: 'late', when: 'after'},
	{do: 'hang'},
	{do: 'gone'},
	{do: 'instance-full'},
	{do: 'cut-off', minutes: 1},
	{do: 'cut-off', minutes: 30},
];

/** Longer than any limit of an experiment that has one. */
export const stalls: readonly Effect[] = [{do: 'stall', minutes: 25}];

export const diskFaults: readonly Effect[] = [
	{do: 'fail', how: 'no-space', when: 'before'},
	{do: 'disk-full', minutes: 5},
	{do: 'disk-full', minutes: 100_000},
];

export const clockFaults: readonly Effect[] = [
	{do: 'jump', hours: 5},
	{do: 'jump', hours: 1},
	{do: 'jump', hours: -5},
];

export const storeFaults: readonly Effect[] = [
	{do: 'fail', how: 'throttled', when: 'before'},
	{do: 'fail', how: 'server-error', when: 'before'},
	{do: 'fail', how: 'server-error', when: 'after'},
	{do: 'fail', how: 'refused', when: 'before'},
	{do: 'hang'},
	{do: 'silence', minutes: 1},
	{do: 'silence', minutes: 12},
	{do: 'silence', minutes: 120},
	{do: 'expire', minutes: 5},
	{do: 'expire', minutes: 100_000},
];
