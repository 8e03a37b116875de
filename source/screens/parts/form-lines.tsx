import {Item} from 'ink-select-input';
import type {ReactNode} from 'react';
import {textWidth} from '../../engine/host/terminal-text.js';
import {cutStart, cutText, fit, wrapLines} from './fit.js';
import {
	type ChoiceField,
	chosenOf,
	type Field,
	type FormStep,
	isOn,
	itemsOf,
	type ListField,
	labelWidth,
	type TextField,
} from './form-field.js';
import {type FormState, shownColumns, typedAt} from './form-state.js';
import type {Look} from './look.js';
import {Text} from './text.js';
import {TypedValue} from './typed-value.js';

/** One line of a form. The form shows the lines around the focused one where not all have room. */
export type FormLine = {readonly key: string; readonly node: ReactNode; readonly isFocused: boolean};

export type LineContext = {
	readonly state: FormState;
	readonly step: FormStep;
	readonly stop: string;
	readonly width: number;
	readonly look: Look;
	/** What the path being typed can go on with. */
	readonly candidates: readonly string[];
};

/** What is said of an option begins after at most so many columns of names. */
const mostOption = 40;

/** More options than this are not gone through one by one, and only those around the chosen one are shown. */
const manyOptions = 12;
const shownOfMany = 7;

export function formLines(context: LineContext): readonly FormLine[] {
	return context.step.fields.flatMap(field => fieldLines(field, context));
}

function fieldLines(field: Field, context: LineContext): readonly FormLine[] {
	if (field.kind === 'note') {
		return field.lines
			.flatMap(line => wrapLines(line, context.width - 4))
			.map((line, index) => plain(`${field.key} ${index}`, <Text>{`  ${line}`}</Text>));
	}

	if (field.kind === 'list') return listLines(field, context);
	if (field.kind === 'choice') return choiceLines(field, context);
	if (field.kind === 'toggle') {
		const state = isOn(context.state.values, field.key) ? '[x] yes' : '[ ] no';
		return [labelled(field.key, field.label, <Text>{state}</Text>, context), ...belowLines(field.key, field, context)];
	}

	return textLines(field.key, field, context);
}

function textLines(stop: string, field: TextField, context: LineContext): readonly FormLine[] {
	const isFocused = context.stop === stop;
	const value = (
		<TypedValue
			typed={typedAt(context.state, context.step, stop) ?? {text: '', cursor: 0}}
			width={context.width - labelWidth - 4}
			isFocused={isFocused}
			isSecret={field.kind === 'secret'}
			placeholder={field.placeholder ?? ''}
		/>
	);
	return [labelled(stop, field.label, value, context), ...belowLines(stop, field, context)];
}

function choiceLines(field: ChoiceField, context: LineContext): readonly FormLine[] {
	const {state, stop, look, width} = context;
	const chosen = chosenOf(field, state.values);
	const label = field.options.find(({value}) => value === chosen)?.label;
	const awaited = state.awaited[field.key] ?? '';
	const none = awaited === '' ? '(not chosen)' : `(${awaited}, not looked for yet)`;
	const head = labelled(
		field.key,
		field.label,
		<Text dimColor={label === undefined}>{cutText(label ?? none, width - labelWidth - 4, look.ellipsis)}</Text>,
		context,
	);
	if (stop !== field.key) return [head, ...belowLines(field.key, field, context)];
	const optionWidth = Math.min(mostOption, Math.max(0, ...field.options.map(option => textWidth(option.label))));
	const options = field.options.map(option => {
		const isChosen = option.value === chosen;
		const detail = option.disabledReason === undefined ? option.detail : `not now: ${option.disabledReason}`;
		const text = `${isChosen ? look.marker : ' '} ${fit(option.label, optionWidth, {ellipsis: look.ellipsis})}  ${detail ?? ''}`;
		return {
			key: `${field.key}=${option.value}`,
			node: (
				<>
					<Text>{'      '}</Text>
					<Item isSelected={isChosen} label={cutText(text.trimEnd(), width - 7, look.ellipsis)} />
				</>
			),
			isFocused: isChosen,
		};
	});
	const typed = awaited || state.sought;
	const found =
		typed === ''
			? []
			: [
					plain(
						`${field.key} sought`,
						<Text dimColor>{`      Typed: ${cutStart(typed, width - 14, look.ellipsis)}`}</Text>,
					),
				];
	const isMany = options.length > manyOptions;
	const many = isMany ? {hint: `${field.hint ?? ''} ${options.length} in all: type to find one.`.trim()} : {};
	const place = options.findIndex(({isFocused}) => isFocused);
	const first = Math.max(0, Math.min(place - Math.floor(shownOfMany / 2), options.length - shownOfMany));
	return [
		{...head, isFocused: !options.some(({isFocused}) => isFocused)},
		...found,
		...(isMany ? options.slice(first, first + shownOfMany) : options),
		...belowLines(field.key, {...field, ...many}, context),
	];
}

function listLines(field: ListField, context: LineContext): readonly FormLine[] {
	const {state, stop, look, width} = context;
	const items = itemsOf(state.values, field.key);
	const draft = state.drafts[field.key] ?? {};
	const mark = Math.min(state.marks[field.key] ?? 0, items.length - 1);
	const isInItems = stop === `${field.key}/items`;
	const count = items.length === 0 ? 'none yet' : String(items.length);
	const itemLines = items.map((item, index) => {
		const isMarked = isInItems && index === mark;
		const isEdited = draft['id'] === item['id'];
		const text = `${isMarked ? look.marker : ' '} ${index + 1}. ${field.text(item)}${isEdited ? ' (being edited)' : ''}`;
		return {
			key: `${field.key} ${item['id']}`,
			node: <Text inverse={isMarked}>{`  ${cutText(text, width - 4, look.ellipsis)}`}</Text>,
			isFocused: isMarked,
		};
	});
	const columns = shownColumns(field, draft).flatMap(column =>
		textLines(`${field.key}/${column.key}`, column, context),
	);
	return [
		plain(`${field.key} head`, <Text bold>{`  ${field.label}: ${count}`}</Text>),
		...itemLines,
		plain(`${field.key} gap`, <Text> </Text>),
		plain(
			`${field.key} new`,
			<Text dimColor>
				{draft['id'] === undefined ? `  Add ${article(field.noun)}:` : `  Change the ${field.noun}:`}
			</Text>,
		),
		...columns,
	];
}

function article(noun: string): string {
	return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** What is wrong at a stop; else, while it has the focus, what is expected there. */
function belowLines(stop: string, field: Field, context: LineContext): readonly FormLine[] {
	const {state, look, width, candidates} = context;
	const indent = ' '.repeat(labelWidth + 2);
	const room = width - indent.length - 1;
	const error = state.errors[stop];
	const isFocused = context.stop === stop;
	const help = isFocused && field.hint !== undefined ? wrapLines(field.hint, room) : [];
	const names = isFocused && candidates.length > 1 ? [cutText(candidates.join('  '), room, look.ellipsis)] : [];
	return [
		...(error === undefined ? [] : wrapLines(error, room - 2)).map((line, index) =>
			plain(`${stop} error ${index}`, <Text color="red">{`${indent}${index === 0 ? look.no : ' '} ${line}`}</Text>),
		),
		...[...names, ...help].map(line => plain(`${stop} ${line}`, <Text dimColor>{indent + line}</Text>)),
	];
}

function labelled(stop: string, label: string, value: ReactNode, {stop: current, look}: LineContext): FormLine {
	const isFocused = current === stop;
	return {
		key: stop,
		node: (
			<>
				<Text bold={isFocused}>{`${isFocused ? look.marker : ' '} ${fit(label, labelWidth - 1)} `}</Text>
				{value}
			</>
		),
		isFocused,
	};
}

function plain(key: string, node: ReactNode): FormLine {
	return {key, node, isFocused: false};
}
