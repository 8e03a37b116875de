import type {InstanceType} from '../engine/cloud/cloud.js';
import {useAction} from './hooks/use-action.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {formatPrice} from './parts/format.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<InstanceType>[] = [
	{title: 'Type', width: 18, text: ({name}) => name},
	{title: 'vCPUs', width: 6, align: 'right', text: ({vcpus}) => String(vcpus)},
	{title: 'Memory', width: 11, align: 'right', text: ({memoryMib}) => `${memoryMib} MiB`},
	{
		title: 'An hour',
		width: 10,
		align: 'right',
		text: ({hourlyUsd}) => formatPrice(hourlyUsd),
		color: ({hourlyUsd}) => (hourlyUsd === undefined ? 'yellow' : undefined),
	},
	{
		title: 'From',
		text: ({priceSource, hourlyUsd}) => priceSource ?? (hourlyUsd === undefined ? '' : 'the cloud'),
	},
];

/** What the instance types of a cloud cost, and who says so. The user's own word counts more than any list. */
export function PricesScreen({cloud}: {readonly cloud: string}) {
	const d2cm = useD2cm();
	const {open, back} = useRoute();
	const act = useAction();
	const {say} = useNotice();
	const {prices} = useDatabase();
	const own = new Set(prices.filter(price => price.cloud === cloud).map(({type}) => type));
	const asked = useAsked(`prices ${cloud} ${JSON.stringify(prices)}`, async () => d2cm.instanceTypes(cloud));
	const none = `The cloud ${cloud} has no instance types.`;
	return (
		<ListScreen
			heading={`Prices of ${cloud}`}
			name={`prices ${cloud}`}
			rows={asked.value ?? []}
			keyOf={({name}) => name}
			columns={columns}
			asked={asked}
			empty={{text: none, hint: 'Press Escape to go back.'}}
			back={back}
			keys={selected => [
				{
					key: ['e', 'enter'],
					label: 'Set the price',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'price-form', cloud, type: selected.name}),
				},
				{
					key: ['d', 'delete'],
					label: 'As listed',
					disabledReason:
						selected === undefined
							? none
							: own.has(selected.name)
								? undefined
								: `You have set no price for ${selected.name}.`,
					run: () =>
						selected &&
						act(
							`Forgetting your price of ${selected.name}`,
							() => d2cm.setPrice(cloud, selected.name, undefined),
							() => say(`${selected.name} costs what the cloud or its list says.`),
						),
				},
			]}
		/>
	);
}
