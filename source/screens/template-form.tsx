import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {Form} from './parts/form.js';
import type {FormValues} from './parts/form-field.js';
import {templateSteps} from './template-steps.js';
import {newTemplateValues, templateOfValues, valuesOfTemplate} from './template-values.js';

/** The template wizard, for a new template or one that exists. */
export function TemplateFormScreen({name}: {readonly name?: string | undefined}) {
	const d2cm = useD2cm();
	const {images, amis, templates} = useDatabase();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const form = useForm(() => {
		const template = d2cm.database().templates.find(one => one.name === name);
		return template === undefined ? newTemplateValues() : valuesOfTemplate(template);
	});
	const takenNames = templates.map(template => template.name);

	const save = (values: FormValues) => {
		const template = templateOfValues(values);
		return act(
			`Saving ${template.name}`,
			async () => {
				await d2cm.saveTemplate(template);
				if (name !== undefined && name !== template.name) {
					await d2cm.removeTemplate(name);
				}
			},
			() => {
				choose('templates', template.name);
				back();
				say(`Template ${template.name} is saved.`);
			},
		);
	};

	return (
		<Form
			heading={name === undefined ? 'New template' : `Template ${name}`}
			form={form}
			steps={values => templateSteps(values, {images, amis, takenNames, ownName: name})}
			submitLabel="Save"
			canFinishEarly={name !== undefined}
			onSubmit={save}
			onCancel={back}
		/>
	);
}
