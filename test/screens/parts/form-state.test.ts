import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type FormStep, type FormValues, itemsOf, type ListField} from '../../../source/screens/parts/form-field.js';
import {
	addDraft,
	editItem,
	type FormState,
	finishAll,
	goTo,
	nextStep,
	placeOf,
	previousStep,
	removeItem,
	seekOption,
	startForm,
	typeText,
	withValue,
} from '../../../source/screens/parts/form-state.js';

const list: ListField = {
	kind: 'list',
	key: 'roles',
	label: 'Roles',
	noun: 'role',
	text: item => item['name'] ?? '',
	columns: [
		{kind: 'text', key: 'name', label: 'Name', check: text => (/^\w+$/.test(text) ? undefined : 'must be one word')},
	],
	check: items => (items.length === 0 ? 'need at least one' : undefined),
};

const steps = (values: FormValues): readonly FormStep[] => [
	{key: 'first', title: 'First', fields: [{kind: 'text', key: 'title', label: 'Title'}]},
	{key: 'roles', title: 'Roles', fields: [list]},
	...itemsOf(values, 'roles').map(({id, name}) => ({
		key: `${id}.role`,
		title: `${name}`,
		fields: [{kind: 'text' as const, key: `${id}.image`, label: 'Image'}],
	})),
];

const type = (state: FormState, text: string): FormState => {
	const {step, stop} = placeOf(state, steps(state.values));
	return typeText(state, step, stop, text);
};
const next = (state: FormState) => nextStep(state, steps).state;
const add = (state: FormState) => addDraft(state, placeOf(state, steps(state.values)).step, list).state;
const names = (state: FormState) => itemsOf(state.values, 'roles').map(({name}) => name);

test('what is typed in a list and not added is added when the page is left forward', () => {
	const state = next(type(add(type(next(startForm({})), 'Master')), 'Slave'));
	assert.deepEqual(names(state), ['Master', 'Slave']);
	assert.equal(placeOf(state, steps(state.values)).step.title, 'Master');
});

test('what is typed in a list and not added is still there after going back and forth', () => {
	const typed = type(next(startForm({})), 'Sla');
	const back = previousStep(typed, steps(typed.values));
	assert.equal(placeOf(back, steps(back.values)).step.key, 'first');
	assert.deepEqual(names(next(type(next(back), 've'))), ['Slave']);
});

test('an entry that is not right is said and kept, and the page is not left', () => {
	const state = next(type(next(startForm({})), 'two words'));
	assert.equal(placeOf(state, steps(state.values)).step.key, 'roles');
	assert.equal(state.errors['roles/name'], 'Name must be one word');
	assert.equal(state.drafts['roles']?.['name'], 'two words');
});

test('editing an entry changes it in its place and keeps what belongs to it', () => {
	const two = add(type(add(type(next(startForm({'1.image': 'worker'})), 'Master')), 'Slave'));
	const {step} = placeOf(two, steps(two.values));
	const edited = add(type(editItem(two, step, list, 0), 'Node'));
	assert.deepEqual(names(edited), ['MasterNode', 'Slave']);
	assert.deepEqual(
		itemsOf(edited.values, 'roles').map(({id}) => id),
		['1', '2'],
	);
});

test('a new entry never gets the fields of one that was removed', () => {
	const two = add(type(add(type(next(startForm({})), 'Master')), 'Slave'));
	const {step} = placeOf(two, steps(two.values));
	const again = add(type(removeItem(two, step, list, 1), 'Helper'));
	assert.deepEqual(
		itemsOf(again.values, 'roles').map(({id}) => id),
		['1', '3'],
	);
});

test('finishing from any page checks all pages and goes to the first fault', () => {
	const {state, isFine} = finishAll(startForm({title: 'x'}), steps);
	assert.equal(isFine, false);
	assert.equal(state.stepKey, 'roles');
	assert.equal(Object.values(state.errors)[0], 'Roles need at least one');
});

test('a list is entered where its next entry is typed', () => {
	const state = next(goTo(startForm({roles: [{id: '1', name: 'Master'}]}), steps({})[0] as FormStep, 'title'));
	assert.equal(placeOf(state, steps(state.values)).stop, 'roles/name');
});

test('an option is found by its beginning, which is typed, and what begins none changes nothing', () => {
	const labels = ['t3.micro', 'm5.large', 'm5a.large', 'M6i.large'];
	const field = {
		kind: 'choice' as const,
		key: 'type',
		label: 'Type',
		options: labels.map(label => ({value: label, label})),
	};
	const page: FormStep = {key: 'types', title: 'Types', fields: [field]};
	const typed = (text: string) =>
		[...text].reduce((state, letter) => seekOption(state, field, letter), goTo(startForm({}), page, 'type'));
	const chosen = (text: string) => typed(text).values['type'];
	assert.equal(chosen('m'), 'm5.large');
	assert.equal(chosen('m5a'), 'm5a.large');
	assert.equal(chosen('m6'), 'M6i.large');
	assert.equal(chosen('m5x'), 'm5.large', 'nothing begins with x');
	assert.equal(chosen('m5t'), 't3.micro', 'a new search');
	assert.equal(goTo(typed('m5'), page, 'type').sought, '');
	assert.equal(chosen('x'), undefined);
});

test('what was typed or chosen makes a form one with unsaved changes; moving about in it, or choosing the same, does not', () => {
	const start = startForm({title: 'one', kind: 'a'});
	const [first] = steps({});
	assert.ok(first);
	assert.equal(goTo(start, first, 'title').isDirty, false);
	assert.equal(typeText(start, first, 'title', '').isDirty, false);
	assert.equal(withValue(start, 'kind', 'a').isDirty, false);
	assert.equal(withValue(start, 'kind', 'b').isDirty, true);
	const typed = typeText(start, first, 'title', 'x');
	assert.equal(typed.isDirty, true);
	assert.equal(withValue(typed, 'kind', 'a').isDirty, true);
});
