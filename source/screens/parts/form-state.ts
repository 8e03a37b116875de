import {splitGraphemes} from '../../engine/host/terminal-text.js';
import {insertText, type TypedText} from './edit-text.js';
import {
	type ChoiceField,
	chosenOf,
	type Field,
	type FormStep,
	type FormValues,
	itemsOf,
	type ListColumn,
	type ListField,
	type ListItem,
	textOf,
} from './form-field.js';

/** Everything a form holds. Steps may come and go with the values; what was typed into a step is kept meanwhile. */
export type FormState = {
	readonly values: FormValues;
	/** By list field: the entry being typed that was not added yet. Its `id` is that of the entry being edited, if any. */
	readonly drafts: Readonly<Record<string, ListItem>>;
	/** By list field: the selected entry. */
	readonly marks: Readonly<Record<string, number>>;
	readonly stepKey: string;
	/** `field`, or `field/column` and `field/items` of a list. */
	readonly stop: string;
	readonly cursor: number;
	/** By stop. */
	readonly errors: Readonly<Record<string, string>>;
	/** What was typed to find an option of the choice the user is at. */
	readonly sought: string;
	/** By choice whose options are not here yet: what was typed to find one of them. */
	readonly awaited: Readonly<Record<string, string>>;
	/** Whether anything was changed. */
	readonly isDirty: boolean;
	/** Of the next entry of any list. Never given twice, so that a new role gets nothing of one that was removed. */
	readonly nextId: number;
};

export function startForm(values: FormValues): FormState {
	const ids = Object.keys(values).flatMap(key => itemsOf(values, key).map(item => Number(item['id']) || 0));
	const nextId = Math.max(0, ...ids) + 1;
	return {
		values,
		drafts: {},
		marks: {},
		stepKey: '',
		stop: '',
		cursor: Number.MAX_SAFE_INTEGER,
		errors: {},
		sought: '',
		awaited: {},
		isDirty: false,
		nextId,
	};
}

/** The step and the place in it the user is at; the first ones where those are gone. */
export function placeOf(state: FormState, steps: readonly FormStep[]): {index: number; step: FormStep; stop: string} {
	const index = Math.max(
		0,
		steps.findIndex(({key}) => key === state.stepKey),
	);
	const step = steps[index] ?? {key: '', title: '', fields: []};
	const stops = stopsOf(step, state);
	return {index, step, stop: stops.includes(state.stop) ? state.stop : (preferredStop(step, state) ?? '')};
}

/** The places of a step that take keys, in order. */
export function stopsOf(step: FormStep, state: FormState): readonly string[] {
	return step.fields.flatMap(field => {
		if (field.kind === 'note') return [];
		if (field.kind !== 'list') return [field.key];
		const draft = state.drafts[field.key] ?? {};
		const columns = shownColumns(field, draft).map(column => `${field.key}/${column.key}`);
		return itemsOf(state.values, field.key).length === 0 ? columns : [`${field.key}/items`, ...columns];
	});
}

/** A list is entered where its next entry is typed. */
function preferredStop(step: FormStep, state: FormState): string | undefined {
	const stops = stopsOf(step, state);
	const first = step.fields.find(({kind}) => kind !== 'note');
	return first?.kind === 'list' ? stops.find(stop => !stop.endsWith('/items')) : stops[0];
}

export function shownColumns(field: ListField, item: ListItem): readonly ListColumn[] {
	return field.columns.filter(column => column.isHidden?.(item) !== true);
}

export function findStop(step: FormStep, stop: string): {field: Field | undefined; part: string} {
	const [key = '', part = ''] = splitStop(stop);
	return {field: step.fields.find(field => field.key === key), part};
}

/** Field keys may have slashes of their own; a part never has. */
function splitStop(stop: string): readonly [string, string] {
	const at = stop.lastIndexOf('/');
	return at === -1 ? [stop, ''] : [stop.slice(0, at), stop.slice(at + 1)];
}

/** What is typed at a stop; undefined where nothing can be typed. */
export function typedAt(state: FormState, step: FormStep, stop: string): TypedText | undefined {
	const {field, part} = findStop(step, stop);
	const text =
		field === undefined || field.kind === 'note' || field.kind === 'choice' || field.kind === 'toggle'
			? undefined
			: field.kind !== 'list'
				? textOf(state.values, field.key)
				: part === 'items'
					? undefined
					: (state.drafts[field.key]?.[part] ?? '');
	return text === undefined ? undefined : {text, cursor: Math.min(state.cursor, splitGraphemes(text).length)};
}

export function withTyped(state: FormState, step: FormStep, stop: string, typed: TypedText): FormState {
	const {field, part} = findStop(step, stop);
	if (field === undefined) return state;
	const before = typedAt(state, step, stop);
	const isSame = before?.text === typed.text;
	const errors = isSame ? state.errors : withoutKey(state.errors, stop);
	const common = {...state, stepKey: step.key, stop, cursor: typed.cursor, errors, isDirty: state.isDirty || !isSame};
	return field.kind === 'list'
		? {...common, drafts: {...state.drafts, [field.key]: {...state.drafts[field.key], [part]: typed.text}}}
		: {...common, values: {...state.values, [field.key]: typed.text}};
}

export function typeText(state: FormState, step: FormStep, stop: string, text: string): FormState {
	const typed = typedAt(state, step, stop);
	return typed === undefined ? state : withTyped(state, step, stop, insertText(typed, text));
}

export function withValue(state: FormState, key: string, value: string | boolean | readonly ListItem[]): FormState {
	return {
		...state,
		values: {...state.values, [key]: value},
		errors: withoutKey(state.errors, key),
		isDirty: state.isDirty || state.values[key] !== value,
	};
}

/** Chooses the first option that begins with what is typed; what fits none begins a new search, or is dropped. */
export function seekOption(state: FormState, field: ChoiceField, text: string): FormState {
	if (field.options.length === 0) return awaitOption(state, field, (state.awaited[field.key] ?? '') + text);
	for (const sought of [state.sought + text, text]) {
		const found = field.options.find(({label}) => label.toLowerCase().startsWith(sought.toLowerCase()));
		if (found !== undefined) return {...withValue(state, field.key, found.value), sought};
	}

	return state;
}

/** Keeps what was typed at a choice until it has something to choose from. */
export function awaitOption(state: FormState, {key}: ChoiceField, text = state.awaited[key] ?? ''): FormState {
	return {...state, awaited: {...state.awaited, [key]: text}, isDirty: state.isDirty || text !== ''};
}

/** Goes to a stop, with the cursor at its end. */
export function goTo(state: FormState, step: FormStep, stop: string): FormState {
	const typed = typedAt({...state, cursor: Number.MAX_SAFE_INTEGER}, step, stop);
	return {...state, stepKey: step.key, stop, cursor: typed?.cursor ?? 0, sought: ''};
}

export function moveStop(state: FormState, step: FormStep, stop: string, by: 1 | -1): FormState {
	const stops = stopsOf(step, state);
	const next = stops[(stops.indexOf(stop) + by + stops.length) % stops.length];
	return next === undefined ? state : goTo(state, step, next);
}

/** Adds what is typed in a list's entry, or puts it in the place of the entry being edited. An empty one is left alone. */
export function addDraft(state: FormState, step: FormStep, field: ListField): {state: FormState; isFine: boolean} {
	const draft = state.drafts[field.key] ?? {};
	const columns = shownColumns(field, draft);
	if (isEmptyDraft(field, draft)) {
		return {state, isFine: true};
	}

	for (const column of columns) {
		const problem = column.check?.(draft[column.key] ?? '', state.values);
		if (problem !== undefined) {
			return {state: failAt(state, step, `${field.key}/${column.key}`, `${column.label} ${problem}`), isFine: false};
		}
	}

	const items = itemsOf(state.values, field.key);
	const id = draft['id'] ?? String(state.nextId);
	const item: ListItem = {
		id,
		...Object.fromEntries(
			columns.map(({key, kind}) => [key, kind === 'path' ? (draft[key] ?? '').trim() : (draft[key] ?? '')]),
		),
	};
	const others = items.filter(other => other['id'] !== id);
	const problem = field.checkItem?.(item, others);
	const firstColumn = columns[0]?.key ?? '';
	if (problem !== undefined) {
		return {state: failAt(state, step, `${field.key}/${firstColumn}`, problem), isFine: false};
	}

	const next = items.some(other => other['id'] === id)
		? items.map(other => (other['id'] === id ? item : other))
		: [...items, item];
	const added = withValue(state, field.key, next);
	const cleared = {...added, drafts: {...added.drafts, [field.key]: {}}, errors: {}, nextId: state.nextId + 1};
	return {state: goTo(cleared, step, `${field.key}/${firstColumn}`), isFine: true};
}

/** Also empty when only columns that offer a choice are filled: they always are. */
export function isEmptyDraft(field: ListField, draft: ListItem): boolean {
	return field.columns.every(({key}) => (draft[key] ?? '').trim() === '');
}

/** Takes an entry out of the list and into the line where it is typed; it stays in the list until that is added. */
export function editItem(state: FormState, step: FormStep, field: ListField, index: number): FormState {
	const item = itemsOf(state.values, field.key)[index];
	if (item === undefined) return state;
	const added = addDraft(state, step, field);
	if (!added.isFine) return added.state;
	const drafted = {...added.state, drafts: {...added.state.drafts, [field.key]: item}};
	return goTo(drafted, step, `${field.key}/${shownColumns(field, item)[0]?.key ?? ''}`);
}

export function removeItem(state: FormState, step: FormStep, field: ListField, index: number): FormState {
	const items = itemsOf(state.values, field.key).filter((_item, at) => at !== index);
	const removed = withValue(state, field.key, items);
	const marked = {...removed, marks: {...removed.marks, [field.key]: Math.max(0, Math.min(index, items.length - 1))}};
	return items.length === 0 ? goTo(marked, step, `${field.key}/${field.columns[0]?.key ?? ''}`) : marked;
}

/**
Checks a step, adding first what was typed into its lists and not added. The first thing that is wrong is said where it is,
and the user is taken there.
*/
export function finishStep(state: FormState, step: FormStep): {state: FormState; isFine: boolean} {
	let current: FormState = {...state, errors: {}};
	for (const field of step.fields) {
		if (field.kind === 'list') {
			const added = addDraft(current, step, field);
			if (!added.isFine) return added;
			current = added.state;
		}

		if (field.kind === 'choice' && textOf(current.values, field.key) === '') {
			current = {...current, values: {...current.values, [field.key]: chosenOf(field, current.values)}};
		}
	}

	for (const field of step.fields) {
		const problem = problemOf(field, current);
		if (problem !== undefined) {
			const stop = stopsOf(step, current).find(one => findStop(step, one).field === field && !one.endsWith('/items'));
			const failed = failAt(current, step, stop ?? field.key, `${field.label} ${problem}`);
			const isEarly = field.kind === 'choice' && field.options.length === 0;
			return {state: isEarly ? awaitOption(failed, field) : failed, isFine: false};
		}
	}

	return {state: current, isFine: true};
}

function problemOf(field: Field, {values}: FormState): string | undefined {
	if (field.kind === 'note' || field.kind === 'toggle') return undefined;
	if (field.kind === 'list') return field.check?.(itemsOf(values, field.key), values);
	if (field.kind === 'choice') {
		const chosen = field.options.find(({value}) => value === chosenOf(field, values));
		if (chosen?.disabledReason !== undefined) return `cannot be ${chosen.label}: ${chosen.disabledReason}`;
		if (field.options.length === 0) return 'has nothing to choose from yet';
		return chosen === undefined ? 'must be chosen' : field.check?.(chosen.value, values);
	}

	return field.check?.(textOf(values, field.key), values);
}

function failAt(state: FormState, step: FormStep, stop: string, message: string): FormState {
	return {...goTo(state, step, stop), errors: {[stop]: message}};
}

export function withoutKey<Value>(
	record: Readonly<Record<string, Value>>,
	key: string,
): Readonly<Record<string, Value>> {
	return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

/** Goes to the next step, if this one is fine; `isDone` after the last. What was just added may have given rise to more. */
export function nextStep(state: FormState, stepsFor: StepsFor): {state: FormState; isDone: boolean} {
	const {index, step} = placeOf(state, stepsFor(state.values));
	const finished = finishStep(state, step);
	if (!finished.isFine) return {state: finished.state, isDone: false};
	const next = stepsFor(finished.state.values)[index + 1];
	return next === undefined
		? {state: finished.state, isDone: true}
		: {state: enterStep(finished.state, next), isDone: false};
}

export type StepsFor = (values: FormValues) => readonly FormStep[];

/** Goes back, keeping what is typed, finished or not. */
export function previousStep(state: FormState, steps: readonly FormStep[]): FormState {
	const {index} = placeOf(state, steps);
	const previous = steps[index - 1];
	return previous === undefined ? state : enterStep({...state, errors: {}}, previous);
}

function enterStep(state: FormState, step: FormStep): FormState {
	return goTo(state, step, preferredStop(step, state) ?? '');
}

/** Checks all steps from the first, and stops at the first thing that is wrong. */
export function finishAll(
	state: FormState,
	stepsFor: (values: FormValues) => readonly FormStep[],
): {state: FormState; isFine: boolean} {
	let current = state;
	for (let index = 0; index < stepsFor(current.values).length; index += 1) {
		const step = stepsFor(current.values)[index];
		if (step === undefined) break;
		const finished = finishStep(current, step);
		if (!finished.isFine) return finished;
		current = {...finished.state, stepKey: current.stepKey, stop: current.stop, cursor: current.cursor};
	}

	return {state: current, isFine: true};
}
