import type {DeploymentRequest} from '../actions/d2cm.js';
import {UsageError} from '../engine/errors/usage-error.js';
import {type LeaseEnd, leaseEnds, type WhenFull, whenFulls} from '../engine/templates/template.js';
import type {OptionSpec, ParsedOptions} from './command.js';

/** What `deploy` and `clone` share. */
export const deploymentOptions = {
	type: {value: 'ROLE=TYPE', multiple: true, help: 'instance type of a role'},
	count: {value: 'ROLE=N', multiple: true, help: 'how many instances a role gets'},
	'other-type': {value: 'ROLE=TYPE', multiple: true, help: 'a type that will do where there is no room'},
	spot: {value: 'ROLE', multiple: true, help: 'run a role on spot instances, which may end at any time'},
	'spot-max': {value: 'ROLE=USD', multiple: true, help: 'the most that a spot instance of a role may cost an hour'},
	'no-spot': {value: 'ROLE', multiple: true, help: 'run it on others, whatever the template says'},
	cap: {value: 'USD', help: 'end the run, results first, before it has cost more'},
	'max-hours': {value: 'H', help: 'end the run, results first, after this time'},
	lease: {value: 'H', help: 'instances end themselves when no job has looked after them for so long (default: 24)'},
	'lease-ends': {value: 'HOW', help: 'what they do then: terminate, or stop and keep their disks'},
	'when-full': {value: 'HOW', help: 'where this machine has no room for it now: refuse, or wait'},
	yes: {help: 'agree to the price without being asked'},
	'unknown-price': {help: 'with --yes: agree also where the price is not known'},
	detach: {help: 'start it and do not wait'},
} as const satisfies Record<string, OptionSpec>;

/** Empty where none is given. @throws {UsageError} */
export function readSize(options: ParsedOptions): Pick<DeploymentRequest, 'problemSize'> {
	const text = options.value('size');
	const size = Number(text);
	if (text !== undefined && !(Number.isFinite(size) && size > 0)) {
		throw new UsageError(`--size must be a number above 0, and ${text} is none.`);
	}

	return text === undefined ? {} : {problemSize: size};
}

/** `--type Master=local.small` as `{Master: 'local.small'}`. @throws {UsageError} */
export function readTypes(options: ParsedOptions): Readonly<Record<string, string>> {
	return Object.fromEntries(readPairs('type', options));
}

/** `--spot Slave --other-type Slave=m5.large`; empty where nothing was said. @throws {UsageError} */
export function readMarket(options: ParsedOptions): Pick<DeploymentRequest, 'spot' | 'otherTypes' | 'spotMaxUsd'> {
	const [on, off] = [options.values('spot'), options.values('no-spot')];
	const both = on.find(role => off.includes(role));
	if (both !== undefined) {
		throw new UsageError(`--spot ${both} and --no-spot ${both} cannot both be.`);
	}

	const others = options.values('other-type').map(text => readPair('--other-type', text));
	const mosts = readPairs('spot-max', options).map(pair => readMost(pair));
	return {
		...(mosts.length > 0 && {spotMaxUsd: Object.fromEntries(mosts)}),
		...(on.length + off.length > 0 && {
			spot: Object.fromEntries([...on.map(role => [role, true]), ...off.map(role => [role, false])]),
		}),
		...(others.length > 0 && {
			otherTypes: Object.fromEntries(
				[...Map.groupBy(others, ([role]) => role)].map(([role, pairs]) => [role, pairs.map(([, type]) => type)]),
			),
		}),
	};
}

/** `--spot-max Slave=0.05`. @throws {UsageError} */
function readMost([role, value]: readonly [string, string]): [string, number] {
	if (!(Number(value) > 0 && Number.isFinite(Number(value)))) {
		throw new UsageError(`--spot-max ${role}=${value} is wrong: ${value} is no number above 0.`);
	}

	return [role, Number(value)];
}

/** `--count Slave=3` as `{Slave: 3}`. @throws {UsageError} */
export function readCounts(options: ParsedOptions): Readonly<Record<string, number>> {
	return Object.fromEntries(
		readPairs('count', options).map(([role, value]) => {
			if (!/^[1-9]\d{0,3}$/.test(value)) {
				throw new UsageError(`--count ${role}=${value} is wrong: ${value} is no count of instances.`);
			}

			return [role, Number(value)];
		}),
	);
}

/** Takes back a limit that was given before. */
const asTemplate = 'template';

/** `--cap 5 --max-hours 2.5 --lease-ends stop`; one that is to be as the template has it is there and undefined. @throws {UsageError} */
export function readLimits(
	options: ParsedOptions,
): Pick<DeploymentRequest, 'capUsd' | 'maxHours' | 'leaseHours' | 'leaseEnds' | 'whenFull'> {
	const limit = (name: string) => {
		const text = options.value(name);
		if (text !== undefined && text !== asTemplate && !(Number(text) > 0 && Number.isFinite(Number(text)))) {
			throw new UsageError(`--${name} must be a number above 0, or \`${asTemplate}\`, and ${text} is neither.`);
		}

		return text === asTemplate ? undefined : Number(text);
	};
	return {
		...(options.has('cap') && {capUsd: limit('cap')}),
		...(options.has('max-hours') && {maxHours: limit('max-hours')}),
		...(options.has('lease') && {leaseHours: limit('lease')}),
		...(options.has('lease-ends') && {leaseEnds: readLeaseEnds(options.value('lease-ends'))}),
		...(options.has('when-full') && {whenFull: readWhenFull(options.value('when-full'))}),
	};
}

/** @throws {UsageError} */
function readLeaseEnds(text: string | undefined): LeaseEnd | undefined {
	const known = leaseEnds.find(end => end === text);
	if (known === undefined && text !== asTemplate) {
		throw new UsageError(`--lease-ends must be one of ${[...leaseEnds, asTemplate].join(', ')}, and ${text} is none.`);
	}

	return known;
}

/** @throws {UsageError} */
function readWhenFull(text: string | undefined): WhenFull {
	const known = whenFulls.find(one => one === text);
	if (known === undefined) {
		throw new UsageError(`--when-full must be one of ${whenFulls.join(', ')}, and ${text} is none.`);
	}

	return known;
}

/** Of an option that a role may have once. @throws {UsageError} */
function readPairs(name: string, options: ParsedOptions): ReadonlyArray<readonly [string, string]> {
	const pairs = options.values(name).map(text => readPair(`--${name}`, text));
	const twice = pairs.find(([role], index) => pairs.findIndex(([other]) => other === role) < index);
	if (twice) {
		throw new UsageError(`--${name} is given twice for the role ${twice[0]}.`);
	}

	return pairs;
}

function readPair(option: string, text: string): [string, string] {
	const split = text.indexOf('=');
	const pair: [string, string] = [text.slice(0, split), text.slice(split + 1)];
	if (split < 1 || pair[1] === '') {
		throw new UsageError(
			`${option} ${text} is wrong: write ROLE=VALUE, as in ${option.endsWith('type') ? 'Master=local.small' : 'Slave=2'}.`,
		);
	}

	return pair;
}
