import {useState} from 'react';
import type {ImageReport} from '../engine/images/image-report.js';
import {imageNameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {existingFile, firstProblem, freeName, schemaCheck} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {ReportScreen} from './parts/report-screen.js';

/** Adds an image: its name and file, then what is in it, then the word to add it. */
export function ImageFormScreen() {
	const d2cm = useD2cm();
	const {images} = useDatabase();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const form = useForm(() => ({}));
	const [report, setReport] = useState<ImageReport>();
	const takenNames = images.map(one => one.name);
	const name = textOf(form.state.values, 'name').trim();

	const steps: readonly FormStep[] = [
		{
			key: 'image',
			title: 'Name and file',
			fields: [
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: firstProblem(schemaCheck(imageNameSchema), freeName(takenNames, undefined)),
					hint: 'Templates call the image by it.',
				},
				{
					kind: 'path',
					key: 'file',
					label: 'VDI file',
					check: existingFile,
					hint: 'The disk of the VirtualBox machine, switched off. Tab completes. It is only read.',
				},
			],
		},
	];
	const inspect = (values: FormValues) =>
		act('Looking into the image', () => d2cm.inspect(absolutePath(textOf(values, 'file'))), setReport);
	const add = (found: ImageReport) =>
		act(
			`Adding ${name}`,
			() => d2cm.addImage(name, found.file),
			() => {
				choose('images', name);
				back();
				say(`The image ${name} is added. Press m to migrate it to a cloud.`);
			},
		);

	if (report !== undefined) {
		return (
			<ReportScreen
				heading={`New image ${name}: what is in it`}
				report={report}
				keys={[
					{
						key: ['enter', 'y'],
						label: report.verdict === 'cannot-run' ? 'Add all the same' : 'Add image',
						run: () => add(report),
					},
					{key: ['escape', 'n'], label: 'Back to the form', run: () => setReport(undefined)},
				]}
			/>
		);
	}

	return (
		<Form
			heading="New image"
			form={form}
			steps={() => steps}
			submitLabel="Inspect"
			onSubmit={inspect}
			onCancel={back}
		/>
	);
}
