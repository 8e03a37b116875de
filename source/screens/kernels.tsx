import {useState} from 'react';
import type {KernelEntry} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {Confirm} from './parts/confirm.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<KernelEntry>[] = [
	{title: 'ID', width: 14, text: ({id}) => id},
	{title: 'Cloud', width: 14, text: ({cloud}) => cloud},
	{title: 'Name', text: ({name}) => name},
	{title: 'Architecture', width: 12, text: ({architecture}) => architecture},
	{title: 'Ramdisk', width: 14, text: ({recommendedRamdisk}) => recommendedRamdisk},
];

/** The kernels, or the ramdisks, that clouds offer to boot images with. */
export function KernelsScreen({kind}: {readonly kind: 'kernel' | 'ramdisk'}) {
	const d2cm = useD2cm();
	const {open} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const [removing, setRemoving] = useState<KernelEntry>();
	const rows = useDatabase().kernels.filter(kernel => kernel.kind === kind);
	const none = `There is no ${kind} yet.`;

	if (removing !== undefined) {
		const remove = () => {
			setRemoving(undefined);
			return act(
				`Removing ${removing.id}`,
				() => d2cm.removeKernel(removing.cloud, removing.id),
				() => say(`${removing.id} is no longer known.`),
			);
		};
		return (
			<Confirm
				heading={`Remove ${kind}`}
				question={`Forget the ${kind} ${removing.id} of ${removing.cloud}?`}
				details={['The cloud keeps it; it can be added again.']}
				answers={[
					{key: 'y', label: 'Remove', run: remove},
					{key: 'n', label: 'Keep', run: () => setRemoving(undefined)},
				]}
			/>
		);
	}

	return (
		<ListScreen
			heading={kind === 'kernel' ? 'Kernels' : 'Ramdisks'}
			name={`${kind}s`}
			rows={rows}
			keyOf={({cloud, id}) => `${cloud} ${id}`}
			columns={kind === 'kernel' ? columns : columns.slice(0, -1)}
			empty={{
				text: none,
				hint: `Press n to add one. Only older Eucalyptus and EC2 clouds need them; the local cloud and today's Amazon do not.`,
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'kernel-form', kind})},
				{
					key: ['e', 'enter'],
					label: 'Edit',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'kernel-form', kind, id: selected.id, cloud: selected.cloud}),
				},
				{
					key: 'd',
					label: 'Remove',
					disabledReason: selected === undefined ? none : undefined,
					run: () => setRemoving(selected),
				},
			]}
		/>
	);
}
