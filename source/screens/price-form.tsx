import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';

const unknown = 'unknown';

const check = (text: string): string | undefined => {
	const price = Number(text.trim());
	return text.trim() === unknown || (text.trim() !== '' && Number.isFinite(price) && price >= 0)
		? undefined
		: `must be US dollars per hour, such as 0.096, or ${unknown}`;
};

const steps: readonly FormStep[] = [
	{
		key: 'price',
		title: 'Price',
		fields: [
			{
				kind: 'text',
				key: 'usd',
				label: 'USD per hour',
				check,
				hint: `Of one instance. Write ${unknown} where nobody knows it: what is not known is never taken for $0.`,
			},
		],
	},
];

/** What the user says an instance type costs. */
export function PriceFormScreen({cloud, type}: {readonly cloud: string; readonly type: string}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const form = useForm(() => {
		const known = d2cm.database().prices.find(price => price.cloud === cloud && price.type === type);
		return {usd: known === undefined ? '' : (known.hourlyUsd?.toString() ?? unknown)};
	});
	const save = (values: FormValues) => {
		const text = textOf(values, 'usd').trim();
		const hourlyUsd = text === unknown ? null : Number(text);
		return act(
			`Saving the price of ${type}`,
			() => d2cm.setPrice(cloud, type, hourlyUsd),
			() => {
				back();
				say(`${type} on ${cloud}: ${hourlyUsd === null ? 'a price that is not known' : `$${hourlyUsd} per hour`}.`);
			},
		);
	};

	return (
		<Form
			heading={`${type} on ${cloud}`}
			form={form}
			steps={() => steps}
			submitLabel="Save"
			onSubmit={save}
			onCancel={back}
		/>
	);
}
