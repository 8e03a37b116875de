import {readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {existingFile} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {UnusableFileError} from './parts/unusable-file-error.js';

const steps: readonly FormStep[] = [
	{
		key: 'file',
		title: 'File',
		fields: [
			{
				kind: 'path',
				key: 'file',
				label: 'YAML file',
				check: existingFile,
				hint: 'Tab completes. Relative paths of uploads are taken from its folder.',
			},
		],
	},
];

/** Imports a template from a YAML file. A file with a fault is refused with the fault's place, and can be given again. */
export function TemplateImportScreen() {
	const d2cm = useD2cm();
	const {replace, back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const form = useForm(() => ({}));
	const read = (values: FormValues) => {
		const file = absolutePath(textOf(values, 'file'));
		return act(
			`Importing ${file}`,
			async () => d2cm.importTemplate(await readBytes(file), dirname(file)),
			({name, findings}) => {
				choose('templates', name);
				replace({screen: 'template', name});
				const faults = findings.filter(({level}) => level === 'fault').map(({text}) => text);
				if (faults.length === 0) {
					say(`The template ${name} is imported.`);
				} else {
					say(`The template ${name} is imported, and cannot be deployed like this: ${faults.join('; ')}.`, 'warning');
				}
			},
		);
	};

	return (
		<Form
			heading="Import a template"
			form={form}
			steps={() => steps}
			submitLabel="Import"
			onSubmit={read}
			onCancel={back}
		/>
	);
}

async function readBytes(file: string): Promise<Buffer> {
	try {
		return await readFile(file);
	} catch (error) {
		throw new UnusableFileError(file, 'read', {cause: error});
	}
}
