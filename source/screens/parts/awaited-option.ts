import {splitGraphemes} from '../../engine/host/terminal-text.js';
import type {ChoiceField, FormStep} from './form-field.js';
import {awaitOption, type FormState, seekOption, withoutKey} from './form-state.js';

/** Without the last character of what is kept, for Backspace. */
export function shortenAwaited(state: FormState, field: ChoiceField): FormState {
	return awaitOption(
		state,
		field,
		splitGraphemes(state.awaited[field.key] ?? '')
			.slice(0, -1)
			.join(''),
	);
}

/** Finds in choices that have something to choose from now what was typed before; the same state where nothing was. */
export function settleAwaited(state: FormState, steps: readonly FormStep[]): FormState {
	let settled = state;
	for (const field of steps.flatMap(({fields}) => fields)) {
		const text = settled.awaited[field.key];
		if (text === undefined || field.kind !== 'choice' || field.options.length === 0) continue;
		settled = settle(settled, field, text);
	}

	return settled;
}

function settle(state: FormState, field: ChoiceField, text: string): FormState {
	const {key, label} = field;
	const known = {...state, awaited: withoutKey(state.awaited, key), errors: withoutKey(state.errors, key)};
	if (text === '') return known;
	const found = seekOption({...known, sought: ''}, field, text);
	if (found.sought === '')
		return {...known, errors: {...known.errors, [key]: `${label} has none that begins with ${text}`}};
	return {...found, sought: state.stop === key ? text : state.sought};
}
