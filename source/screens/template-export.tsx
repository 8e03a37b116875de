import {existsSync} from 'node:fs';
import {chmod, writeFile} from 'node:fs/promises';
import {usersFileMode} from '../engine/host/private-umask.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {mustBeFilled} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, isOn, textOf} from './parts/form-field.js';
import {UnusableFileError} from './parts/unusable-file-error.js';

/** Writes a template to a YAML file. A file that is there is replaced only when the user says so. */
export function TemplateExportScreen({name}: {readonly name: string}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const form = useForm(() => ({file: absolutePath(`${name}.yaml`), replace: false}));
	const steps: readonly FormStep[] = [
		{
			key: 'file',
			title: 'File',
			fields: [
				{
					kind: 'path',
					key: 'file',
					label: 'YAML file',
					check: (text, values) =>
						mustBeFilled(text) ??
						(existsSync(absolutePath(text)) && !isOn(values, 'replace')
							? 'is there already; choose another name, or say below that it may be replaced'
							: undefined),
				},
				{kind: 'toggle', key: 'replace', label: 'May be replaced', hint: 'Space switches it.'},
			],
		},
	];
	const write = (values: FormValues) => {
		const file = absolutePath(textOf(values, 'file'));
		return act(
			`Writing ${file}`,
			async () => {
				const yaml = d2cm.exportTemplate(name);
				try {
					const isNew = !existsSync(file);
					await writeFile(file, yaml, {flag: isOn(values, 'replace') ? 'w' : 'wx'});
					if (isNew) {
						await chmod(file, usersFileMode());
					}
				} catch (error) {
					throw new UnusableFileError(file, 'written', {cause: error});
				}
			},
			() => {
				back();
				say(`The template ${name} is in ${file}.`);
			},
		);
	};

	return (
		<Form
			heading={`Export ${name}`}
			form={form}
			steps={() => steps}
			submitLabel="Export"
			onSubmit={write}
			onCancel={back}
		/>
	);
}
