/** Columns the names of fields have. */
export const labelWidth = 22;

/** Says what is wrong with a value, in words that follow the field's name: `must be …`. Undefined when nothing is. */
export type Check<Value> = (value: Value, values: FormValues) => string | undefined;

export type FormValues = Readonly<Record<string, FieldValue>>;
export type FieldValue = string | boolean | readonly ListItem[];

/** One entry of a list editor, by the keys of its columns. `id` stays when the entry is edited. */
export type ListItem = Readonly<Record<string, string>>;

export type Option = {
	readonly value: string;
	readonly label: string;
	readonly detail?: string;
	readonly disabledReason?: string | undefined;
};

type Named = {
	readonly key: string;
	readonly label: string;
	/** What is expected, shown while the field is typed in. */
	readonly hint?: string;
};

export type TextField = Named & {
	/** A `path` is completed with Tab; a `secret` is never shown. */
	readonly kind: 'text' | 'secret' | 'path' | 'number';
	readonly check?: Check<string>;
	/** Shown dimmed in the empty field. */
	readonly placeholder?: string;
};

export type ChoiceField = Named & {
	readonly kind: 'choice';
	readonly options: readonly Option[];
	readonly check?: Check<string>;
	/** Chosen until the user chooses. */
	readonly initial?: string | undefined;
};

export type ToggleField = Named & {readonly kind: 'toggle'};

export type ListField = Named & {
	readonly kind: 'list';
	/** What one entry is called: `upload`. */
	readonly noun: string;
	readonly columns: readonly ListColumn[];
	/** An entry on one line. */
	readonly text: (item: ListItem) => string;
	readonly check?: Check<readonly ListItem[]>;
	/** Of one entry against the others. */
	readonly checkItem?: (item: ListItem, others: readonly ListItem[]) => string | undefined;
};

export type ListColumn = TextField & {
	/** Left out of an entry for which it says so. */
	readonly isHidden?: (item: ListItem) => boolean;
};

export type NoteField = Named & {readonly kind: 'note'; readonly lines: readonly string[]};

export type Field = TextField | ChoiceField | ToggleField | ListField | NoteField;

/** One page of a wizard. */
export type FormStep = {readonly key: string; readonly title: string; readonly fields: readonly Field[]};

export function textOf(values: FormValues, key: string): string {
	const value = values[key];
	return typeof value === 'string' ? value : '';
}

export function itemsOf(values: FormValues, key: string): readonly ListItem[] {
	const value = values[key];
	return Array.isArray(value) ? (value as readonly ListItem[]) : [];
}

export function isOn(values: FormValues, key: string): boolean {
	return values[key] === true;
}

export function chosenOf(field: ChoiceField, values: FormValues): string {
	return textOf(values, field.key) || (field.initial ?? '');
}

/** Of fields that may be left empty: those that are not. */
export function numbersOf<Key extends string>(
	values: FormValues,
	keys: readonly Key[],
): Readonly<Partial<Record<Key, number>>> {
	const typed = keys.map(key => [key, textOf(values, key).trim()] as const);
	return Object.fromEntries(
		typed.filter(([, text]) => text !== '').map(([key, text]) => [key, Number(text)]),
	) as Partial<Record<Key, number>>;
}

/** `m5.large, m5a.large` as two words. */
export function wordsOf(text: string): readonly string[] {
	return text.split(/[\s,]+/).filter(word => word !== '');
}
