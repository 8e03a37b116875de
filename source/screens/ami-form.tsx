import {isImageId} from '../engine/cloud/cloud.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useNow} from './hooks/use-now.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {emptyOr, wholeNumber} from './parts/checks.js';
import {Form} from './parts/form.js';
import {type Field, type FormStep, type FormValues, textOf} from './parts/form-field.js';

const amiId = (text: string): string | undefined =>
	isImageId(text.trim()) ? undefined : 'must be ami- and 8 to 17 hexadecimal digits, in small letters';

/** No image can have this name. */
const noImage = '-';

type Known = {readonly cloud?: string | undefined; readonly id?: string | undefined};

/** Makes an AMI known that is in a cloud already, or changes the image a known one stands for. */
export function AmiFormScreen({cloud, id: knownId}: Known) {
	const d2cm = useD2cm();
	const {amis, clouds, images} = useDatabase();
	const known = amis.find(ami => ami.id === knownId && ami.cloud === cloud);
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const now = useNow(false);
	const form = useForm(() => ({}));
	const place: readonly Field[] = known
		? [{kind: 'note', key: 'place', label: '', lines: [`AMI:   ${known.id}`, `Cloud: ${known.cloud}`]}]
		: [
				{kind: 'text', key: 'id', label: 'AMI ID', check: amiId, hint: 'Such as ami-0a1b2c3d4e5f60718'},
				{
					kind: 'choice',
					key: 'cloud',
					label: 'Cloud',
					options: clouds.map(({name}) => ({value: name, label: name})),
					initial: clouds[0]?.name,
				},
			];
	const size: readonly Field[] = known
		? []
		: [
				{
					kind: 'number',
					key: 'gib',
					label: 'Disk size (GiB)',
					check: emptyOr(wholeNumber(1, 16_384)),
					hint: 'For lists; may be left empty. A cloud that can be asked knows better.',
				},
			];
	const steps: readonly FormStep[] = [
		{
			key: 'ami',
			title: 'Details',
			fields: [
				...place,
				{
					kind: 'choice',
					key: 'image',
					label: 'Stands for image',
					options: [
						...images.map(({name, os}) => ({value: name, label: name, detail: os})),
						{value: noImage, label: 'none', detail: 'roles choose the AMI itself'},
					],
					initial: known?.image || (known ? noImage : (images[0]?.name ?? noImage)),
					hint: 'Roles with this image will run it in that cloud.',
				},
				...size,
			],
		},
	];
	const save = (values: FormValues) => {
		const id = known?.id ?? textOf(values, 'id').trim();
		const chosen = textOf(values, 'image');
		const image = chosen === noImage ? '' : chosen;
		const given = {
			createdAt: new Date(now).toISOString(),
			virtualBytes: Number(textOf(values, 'gib') || '0') * 1024 ** 3,
			migration: '',
		};
		return act(
			`Registering ${id}`,
			() =>
				d2cm.registerAmi(
					known ? {id, cloud: known.cloud, image} : {id, cloud: textOf(values, 'cloud'), image, ...given},
				),
			() => {
				choose('amis', `${known?.cloud ?? textOf(values, 'cloud')} ${id}`);
				back();
				say(known && image !== '' ? `${id} stands for ${image} now.` : `${id} is known now.`);
			},
		);
	};

	return (
		<Form
			heading={known ? 'Change the image of an AMI' : 'Add an AMI'}
			form={form}
			steps={() => steps}
			submitLabel={known ? 'Save' : 'Add'}
			onSubmit={save}
			onCancel={back}
		/>
	);
}
