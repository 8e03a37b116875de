import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {emptyOr} from './parts/checks.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';

/** Old Eucalyptus writes `eki-` and `eri-`. */
const idCheck = (prefix: string) => (text: string) =>
	new RegExp(`^[ae]${prefix.slice(1)}-[0-9a-f]{8,17}$`, 'i').test(text.trim())
		? undefined
		: `must be ${prefix}- and 8 to 17 hexadecimal digits`;

/** Adds a kernel or a ramdisk of a cloud, or changes one. */
export function KernelFormScreen({
	kind,
	id,
	cloud,
}: {
	readonly kind: 'kernel' | 'ramdisk';
	readonly id?: string | undefined;
	readonly cloud?: string | undefined;
}) {
	const d2cm = useD2cm();
	const {clouds} = useDatabase();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const form = useForm(() => {
		const known = d2cm.database().kernels.find(one => one.id === id && one.cloud === cloud);
		const {source: _, ...values} = known ?? {};
		return {architecture: 'x86_64', ...values};
	});
	const steps: readonly FormStep[] = [
		{
			key: 'kernel',
			title: 'Details',
			fields: [
				{
					kind: 'choice',
					key: 'cloud',
					label: 'Cloud',
					options: clouds.map(({name, kind: cloudKind}) => ({
						value: name,
						label: name,
						disabledReason:
							traitsOf(cloudKind).kernels === 'none'
								? 'the local cloud boots each image with its own kernel'
								: undefined,
					})),
				},
				{
					kind: 'text',
					key: 'id',
					label: 'ID',
					check: idCheck(kind === 'kernel' ? 'aki' : 'ari'),
					hint: kind === 'kernel' ? 'Such as aki-1a2b3c4d' : 'Such as ari-1a2b3c4d',
				},
				{kind: 'text', key: 'name', label: 'Name'},
				{
					kind: 'choice',
					key: 'architecture',
					label: 'Architecture',
					options: [
						{value: 'x86_64', label: 'x86_64'},
						{value: 'i386', label: 'i386'},
					],
				},
				...(kind === 'kernel'
					? [
							{
								kind: 'text' as const,
								key: 'recommendedRamdisk',
								label: 'Goes with ramdisk',
								check: emptyOr(idCheck('ari')),
								hint: 'Offered first when this kernel is chosen. May be left empty.',
							},
						]
					: []),
			],
		},
	];
	const save = (values: FormValues) => {
		const entry = {
			kind,
			id: textOf(values, 'id').trim(),
			cloud: textOf(values, 'cloud'),
			name: textOf(values, 'name').trim(),
			architecture: textOf(values, 'architecture'),
			recommendedRamdisk: textOf(values, 'recommendedRamdisk').trim(),
		};
		return act(
			`Saving ${entry.id}`,
			async () => {
				await d2cm.saveKernel(entry);
				if (id !== undefined && cloud !== undefined && (id !== entry.id || cloud !== entry.cloud)) {
					await d2cm.removeKernel(cloud, id);
				}
			},
			() => {
				choose(`${kind}s`, `${entry.cloud} ${entry.id}`);
				back();
				say(`${entry.id} is saved.`);
			},
		);
	};

	const heading = id === undefined ? `New ${kind}` : `Change ${id}`;
	return (
		<Form
			heading={heading}
			form={form}
			steps={() => steps}
			submitLabel="Save"
			onSubmit={save}
			onCancel={back}
			canFinishEarly
		/>
	);
}
