import type {FormStep} from './form-field.js';
import {addDraft, type FormState, findStop, typeText} from './form-state.js';

/**
Several pasted lines become several entries of a list of single lines. The last one stays where it is typed, to be looked
at. Undefined where the text is not for a list, or is one line.
*/
export function pasteLines(state: FormState, step: FormStep, stop: string, text: string): FormState | undefined {
	const {field} = findStop(step, stop);
	const lines = text.split(/\r\n|\r|\n/).filter(line => line.trim() !== '');
	if (field?.kind !== 'list' || field.columns.length !== 1 || lines.length < 2) {
		return undefined;
	}

	let current = state;
	for (const [index, line] of lines.entries()) {
		current = typeText(current, step, stop, line);
		if (index === lines.length - 1) break;
		const added = addDraft(current, step, field);
		if (!added.isFine) return added.state;
		current = added.state;
	}

	return current;
}
