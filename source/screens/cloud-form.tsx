import {type CloudKind, traitsOf} from '../engine/cloud/cloud-traits.js';
import {type CloudEntry, cloudSchema, credentialSchema, nameSchema} from '../store/database.js';
import {cloudFields, cloudOfValues, usualKind, valuesOfCloud} from './cloud-fields.js';
import {useAction} from './hooks/use-action.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {firstProblem, freeName, schemaCheck} from './parts/checks.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {savedText} from './parts/saved-text.js';
import {usesNote, usesText} from './parts/uses-note.js';

/** Adds a cloud, or changes one. */
export function CloudFormScreen({name}: {readonly name?: string | undefined}) {
	const d2cm = useD2cm();
	const {clouds, credentials} = useDatabase();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const known = clouds.find(one => one.name === name);
	const form = useForm(() => valuesOfCloud(known));
	const credential = textOf(form.state.values, 'credential') || (credentials[0]?.name ?? '');
	// Keys of another kind of cloud are nothing to ask Amazon with.
	const kind = (textOf(form.state.values, 'kind') || usualKind) as CloudKind;
	const hasRegions = traitsOf(kind).regions;
	const regions = useAsked(`regions ${kind} ${credential}`, async () =>
		hasRegions
			? d2cm.regions({...cloudSchema.parse({name: 'new', ...known, kind}), credential})
			: {names: [], isLive: false},
	).value;
	const uses = useAsked(`uses ${name}`, async () => (name === undefined ? [] : d2cm.usesOf({cloud: name}))).value;
	const takenNames = clouds.map(one => one.name);
	const keptName = (text: string): string | undefined =>
		text !== name && uses !== undefined && uses.length > 0
			? `must stay ${name}, as long as ${usesText(uses)} ${uses.length === 1 ? 'needs' : 'need'} it`
			: undefined;

	const steps = (values: FormValues): readonly FormStep[] => [
		{
			key: 'cloud',
			title: 'Details',
			fields: [
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: firstProblem(schemaCheck(nameSchema), freeName(takenNames, name), keptName),
				},
				...cloudFields(values, credentials, regions),
				...usesNote(uses),
			],
		},
	];
	const ownerOf = (entry: CloudEntry) =>
		credentials.find(one => one.name === entry.credential) ?? credentialSchema.parse({name: 'nobody'});
	const save = (values: FormValues) => {
		const entry = cloudOfValues(values, known);
		return act(
			`Saving ${entry.name}`,
			async () => {
				await d2cm.saveCloud(entry, {replaces: name});
				return d2cm.checkCredential(ownerOf(entry), entry);
			},
			problems => {
				choose('clouds', entry.name);
				back();
				say(savedText(`The cloud ${entry.name} is saved.`, problems), problems.length === 0 ? 'info' : 'warning');
			},
		);
	};

	const heading = name === undefined ? 'New cloud' : `Cloud ${name}`;
	return (
		<Form
			heading={heading}
			form={form}
			steps={steps}
			submitLabel="Save"
			onSubmit={save}
			onCancel={back}
			canFinishEarly
		/>
	);
}
