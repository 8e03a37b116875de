import type {InstanceType} from '../engine/cloud/cloud.js';
import type {CloudTraits} from '../engine/cloud/cloud-traits.js';
import {type LeaseEnd, leaseEnds, leastSpotUsd, type Role} from '../engine/templates/template.js';
import {emptyOr, numberUpTo, positiveNumber} from './parts/checks.js';
import {cutText} from './parts/fit.js';
import {type Field, type FormValues, isOn, labelWidth, textOf, wordsOf} from './parts/form-field.js';

const mostHours = 60 * 24;

/** What bounds a run's cost, for templates and deployments. What is said of the template stands where the field is empty. */
export function limitFields({
	capUsd,
	leaseHours = 24,
	leaseEnds: ends = 'terminate',
}: {
	readonly capUsd?: number | undefined;
	readonly leaseHours?: number | undefined;
	readonly leaseEnds?: LeaseEnd | undefined;
} = {}): readonly Field[] {
	return [
		{
			kind: 'number',
			key: 'capUsd',
			label: 'Spend cap (USD)',
			placeholder: capUsd?.toString() ?? 'none',
			check: emptyOr(positiveNumber),
			hint: 'The run is ended, results first, before it has cost more. Prices must be known for it.',
		},
		{
			kind: 'number',
			key: 'leaseHours',
			label: 'Lease (hours)',
			placeholder: String(leaseHours),
			check: emptyOr(numberUpTo(mostHours)),
			hint: 'Instances end themselves when no job has looked after them for so long: should this machine be lost, they cost no more.',
		},
		{
			kind: 'choice',
			key: 'leaseEnds',
			label: 'Lease ends by',
			options: leaseEnds.map(value => ({value, label: value, detail: leaseEndWords[value]})),
			initial: ends,
			hint: 'Stopped ones keep their disks, which cost money, and resume starts them again. Not for spot instances.',
		},
	];
}

const leaseEndWords: Readonly<Record<LeaseEnd, string>> = {
	terminate: 'nothing is left',
	stop: 'the disks are kept',
};

/** Only this machine tells whether there is room now, and for whom there was. */
export const whenFullField: Field = {
	kind: 'choice',
	key: 'whenFull',
	label: 'Without room',
	options: [
		{value: 'refuse', label: 'refuse', detail: 'nothing is started'},
		{value: 'wait', label: 'wait', detail: 'it begins once there is room'},
	],
	initial: 'refuse',
	hint: 'Where guests of others, or yours, have the memory or the processors of this machine now.',
};

/** In place of the template's longest time. */
export function longestField(maxRunMinutes: number): Field {
	return {
		kind: 'number',
		key: 'maxHours',
		label: 'Longest time (hours)',
		placeholder: String(Number((maxRunMinutes / 60).toFixed(2))),
		check: emptyOr(numberUpTo(mostHours)),
		hint: 'After this time the run is ended, results first.',
	};
}

/** For a template: which instances a role may have, beside those of the type that each deployment chooses. */
export const marketFields = (id: string, values: FormValues): readonly Field[] => [
	{
		kind: 'toggle',
		key: `${id}.spot`,
		label: 'On spot instances',
		hint: `${spotHint} Space switches it.`,
	},
	...(isOn(values, `${id}.spot`)
		? [
				{
					kind: 'number' as const,
					key: `${id}.spotMaxUsd`,
					label: 'Most for spot (USD/h)',
					placeholder: 'as on demand',
					check: emptyOr(spotMost),
					hint: spotMostHint,
				},
			]
		: []),
	{kind: 'text', key: `${id}.otherTypes`, label: 'Other types allowed', hint: otherTypesHint},
];

/** For a deployment: the same, where the cloud has it; left alone, it is as the template has it. */
export function marketChoices(
	role: Role,
	{spot: hasSpot, builtIn}: CloudTraits,
	types: readonly InstanceType[] | undefined,
	values: FormValues,
): readonly Field[] {
	const {name, spot, spotMaxUsd, otherTypes} = role;
	const unknown = (text: string) => wordsOf(text).find(type => types?.every(known => known.name !== type));
	return [
		...(hasSpot
			? [
					{
						kind: 'choice' as const,
						key: `spot ${name}`,
						label: roleLabel(name, 'on spot'),
						options: [
							{value: 'no', label: 'no'},
							{value: 'yes', label: 'yes'},
						],
						initial: spot ? 'yes' : 'no',
						hint: spotHint,
					},
				]
			: []),
		...(hasSpot && isOnSpot(role, values)
			? [
					{
						kind: 'number' as const,
						key: `spotMaxUsd ${name}`,
						label: roleLabel(name, 'most USD/h'),
						placeholder: spotMaxUsd?.toString() ?? 'as on demand',
						check: emptyOr(spotMost),
						hint: spotMostHint,
					},
				]
			: []),
		// On this machine, types differ in what is left of it and in nothing else.
		...(builtIn === undefined
			? [
					{
						kind: 'text' as const,
						key: `otherTypes ${name}`,
						label: roleLabel(name, 'or types'),
						placeholder: otherTypes.join(', ') || 'no other',
						check: (text: string) =>
							unknown(text) === undefined ? undefined : `must be of the cloud, and ${unknown(text)} is not`,
						hint: otherTypesHint,
					},
				]
			: []),
	];
}

/** As chosen, or as the template has it. */
export const isOnSpot = ({name, spot}: Role, values: FormValues): boolean =>
	(textOf(values, `spot ${name}`) || (spot ? 'yes' : 'no')) === 'yes';

/** Of a field of a role. Where a long name has no room, what the field is for has. */
export const roleLabel = (role: string, what: string): string =>
	`${cutText(role, labelWidth - 3 - what.length)}: ${what}`;

/** As Amazon wants it. */
export const spotMost = (text: string): string | undefined =>
	positiveNumber(text) ?? (Number(text) > leastSpotUsd ? undefined : `must be above ${leastSpotUsd}`);

const spotMostHint = 'The most that one may cost an hour on spot; where it costs more, the next type is tried.';

const spotHint = 'Cheaper, where the cloud has them; it may end them at any time.';

const otherTypesHint =
	'Types that will do where there is no room for the chosen one, the first first: m5.large, m5a.large';
