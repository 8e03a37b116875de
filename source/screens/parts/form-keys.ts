import {splitGraphemes} from '../../engine/host/terminal-text.js';
import type {FormHandle} from '../hooks/use-form.js';
import {shortenAwaited} from './awaited-option.js';
import {completePath} from './complete-path.js';
import {editKeys, editText} from './edit-text.js';
import {type ChoiceField, chosenOf, type Field, type FormStep, isOn, itemsOf, type ListField} from './form-field.js';
import {
	addDraft,
	editItem,
	findStop,
	isEmptyDraft,
	moveStop,
	removeItem,
	stopsOf,
	typedAt,
	withTyped,
	withValue,
} from './form-state.js';
import type {KeyBinding} from './key-binding.js';

export type FormKeyContext = {
	readonly form: FormHandle;
	readonly step: FormStep;
	readonly stop: string;
	readonly field: Field | undefined;
	readonly isFirst: boolean;
	readonly isLast: boolean;
	readonly submitLabel: string;
	readonly candidates: readonly string[];
	readonly setCandidates: (candidates: readonly string[]) => void;
	readonly next: () => void | Promise<void>;
	readonly previous: () => void;
	/** Left out where the form cannot be finished from here. */
	readonly submit: (() => void | Promise<void>) | undefined;
	readonly leave: () => void;
};

const nextPage = 'Next page';

/** The keys of a form at the place the user is at. */
export function formKeys(context: FormKeyContext): readonly KeyBinding[] {
	const {form, step, stop, submit, isFirst, isLast, submitLabel} = context;
	const move = (by: 1 | -1) => {
		context.setCandidates([]);
		form.setState(old => moveStop(old, step, stop, by));
	};
	const own = placeKeys(context, move);
	const isAlsoEnter = (what: string) => own.some(({key, label}) => key === 'enter' && label === what);
	const taken = new Set(own.flatMap(({key}) => key));
	const common: readonly KeyBinding[] = [
		{key: ['tab', 'down'], label: 'Next field', isMinor: stopsOf(step, form.state).length < 2, run: () => move(1)},
		{key: ['shift+tab', 'up'], label: 'Previous field', isMinor: true, run: () => move(-1)},
		...(isLast
			? []
			: [{key: ['ctrl+n', 'pagedown'], label: nextPage, isMinor: isAlsoEnter(nextPage), run: context.next}]),
		...(isFirst ? [] : [{key: ['ctrl+p', 'pageup'], label: 'Back', run: context.previous}]),
		...(submit === undefined
			? []
			: [{key: 'ctrl+s', label: submitLabel, isMinor: isAlsoEnter(submitLabel), run: submit}]),
		{key: ['escape', 'ctrl+c'], label: 'Leave', run: context.leave},
	];
	return [
		...own,
		...common
			.map(binding => ({...binding, key: [binding.key].flat().filter(key => !taken.has(key))}))
			.filter(({key}) => key.length > 0),
	];
}

function placeKeys(context: FormKeyContext, move: (by: 1 | -1) => void): readonly KeyBinding[] {
	const {field, stop, step, form} = context;
	const {part} = findStop(step, stop);
	if (field?.kind === 'choice') return [...choiceKeys(field, context), enterKey(context, move)];
	if (field?.kind === 'toggle') {
		const toggle = () => form.setState(old => withValue(old, field.key, !isOn(old.values, field.key)));
		return [enterKey(context, move), {key: [' ', 'left', 'right'], label: 'Switch', run: toggle}];
	}

	if (field?.kind === 'list' && part === 'items') return itemKeys(field, context, move);
	return [enterKey(context, move), ...typingKeys(context, move)];
}

/** Enter goes on: to the next column of an entry, to adding it, to the next field, to the next page, to the end. */
function enterKey(context: FormKeyContext, move: (by: 1 | -1) => void): KeyBinding {
	const {field, stop, step, form, next, isLast, submitLabel} = context;
	const stops = stopsOf(step, form.state);
	const isLastStop = stops.length === 0 || stops.at(-1) === stop;
	const goOn = isLast ? submitLabel : nextPage;
	if (field?.kind !== 'list') {
		return isLastStop
			? {key: 'enter', label: goOn, run: next}
			: {key: 'enter', label: 'Next field', isMinor: true, run: () => move(1)};
	}

	const ownStops = stops.filter(one => one.startsWith(`${field.key}/`));
	const isLastColumn = ownStops.at(-1) === stop;
	if (isEmptyDraft(field, form.state.drafts[field.key] ?? {})) {
		const after = stops[stops.indexOf(ownStops.at(-1) ?? '') + 1];
		return after === undefined
			? {key: 'enter', label: goOn, run: next}
			: {
					key: 'enter',
					label: 'Next field',
					run: () => form.setState(old => ({...old, stepKey: step.key, stop: after, cursor: 0})),
				};
	}

	return isLastColumn
		? {key: 'enter', label: `Add ${field.noun}`, run: () => form.setState(old => addDraft(old, step, field).state)}
		: {key: 'enter', label: 'Next field', run: () => move(1)};
}

function typingKeys(
	{form, step, stop, field, setCandidates}: FormKeyContext,
	move: (by: 1 | -1) => void,
): readonly KeyBinding[] {
	const {part} = findStop(step, stop);
	const kind = field?.kind === 'list' ? field.columns.find(({key}) => key === part)?.kind : field?.kind;
	const complete = async () => {
		const typed = typedAt(form.state, step, stop)?.text ?? '';
		if (typed === '') {
			move(1);
			return;
		}

		const {text, candidates} = await completePath(typed);
		setCandidates(candidates);
		if (text !== typed) {
			form.setState(old => withTyped(old, step, stop, {text, cursor: splitGraphemes(text).length}));
		} else if (candidates.length < 2) {
			move(1);
		}
	};
	return [
		...(kind === 'path' ? [{key: 'tab', label: 'Complete', run: complete}] : []),
		{
			key: editKeys,
			label: 'Edit the line; Ctrl+U, Ctrl+K and Ctrl+W cut',
			isMinor: true,
			run: key => {
				setCandidates([]);
				form.setState(old => {
					const typed = typedAt(old, step, stop);
					const edited = typed === undefined ? undefined : editText(typed, key);
					return edited === undefined ? old : withTyped(old, step, stop, edited);
				});
			},
		},
	];
}

function choiceKeys(field: ChoiceField, {form}: FormKeyContext): readonly KeyBinding[] {
	const choose = (by: 1 | -1) =>
		form.setState(old => {
			const at = field.options.findIndex(({value}) => value === chosenOf(field, old.values));
			const to = Math.max(0, Math.min(field.options.length - 1, at === -1 ? 0 : at + by));
			const option = field.options[to];
			return option === undefined ? old : {...withValue(old, field.key, option.value), sought: ''};
		});
	const shorten = () => form.setState(old => shortenAwaited(old, field));
	return [
		{key: 'down', label: 'Next choice', run: () => choose(1)},
		{key: 'up', label: 'Previous choice', isMinor: true, run: () => choose(-1)},
		...(field.options.length === 0 && form.state.awaited[field.key] !== undefined
			? [{key: 'backspace', label: 'Take back', isMinor: true, run: shorten}]
			: []),
	];
}

function itemKeys(field: ListField, {form, step}: FormKeyContext, move: (by: 1 | -1) => void): readonly KeyBinding[] {
	const count = itemsOf(form.state.values, field.key).length;
	const mark = Math.min(form.state.marks[field.key] ?? 0, count - 1);
	const markTo = (to: number) => {
		if (to < 0 || to >= count) move(to < 0 ? -1 : 1);
		else form.setState(old => ({...old, marks: {...old.marks, [field.key]: to}}));
	};
	return [
		{key: ['enter', 'e'], label: 'Edit', run: () => form.setState(old => editItem(old, step, field, mark))},
		{key: ['d', 'delete'], label: 'Remove', run: () => form.setState(old => removeItem(old, step, field, mark))},
		{key: ['down', 'j'], label: 'Next entry', isMinor: true, run: () => markTo(mark + 1)},
		{key: ['up', 'k'], label: 'Previous entry', isMinor: true, run: () => markTo(mark - 1)},
	];
}
