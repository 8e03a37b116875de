import {useState} from 'react';
import type {FormValues} from '../parts/form-field.js';
import {type FormState, startForm} from '../parts/form-state.js';

export type FormHandle = {
	readonly state: FormState;
	readonly setState: (update: (old: FormState) => FormState) => void;
};

/** What is typed into a form, kept by the screen, so that it outlives questions, errors and plans shown meanwhile. */
export function useForm(initial: () => FormValues): FormHandle {
	const [state, setState] = useState<FormState>(() => startForm(initial()));
	return {state, setState};
}
