import type {Experiment} from './experiments.js';
import {type Injection, injectionName} from './injection.js';

export type TortureCase = {
	/** It can be run alone by it: `plain/kill/kill-before@record-12`. */
	readonly name: string;
	readonly family: string;
	readonly experiment: Experiment;
	readonly injections: readonly Injection[];
	readonly diesPending?: readonly number[];
};

export function single(family: string, experiment: Experiment, injection: Injection): TortureCase {
	return {
		name: `${experiment.name}/${family}/${injectionName(injection)}`,
		family,
		experiment,
		injections: [injection],
	};
}
