import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {KernelEntry} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<KernelEntry>[] = [
	{title: 'ID', width: 12, text: ({id}) => id},
	{title: 'Cloud', width: 12, text: ({cloud}) => cloud},
	{title: 'Name', text: ({name}) => name},
	{title: 'For', width: 6, text: ({architecture}) => architecture},
	{title: 'Ramdisk', width: 12, text: ({recommendedRamdisk}) => recommendedRamdisk},
];

/** The kernels, or the ramdisks, that clouds offer to boot images with. */
export function KernelsScreen({kind}: {readonly kind: 'kernel' | 'ramdisk'}) {
	const d2cm = useD2cm();
	const {open} = useRoute();
	const act = useAction();
	const {say} = useNotice();
	const asked = useDatabase().clouds.filter(
		cloud => cloud.credential !== '' && traitsOf(cloud.kind).kernels === 'optional',
	);
	const whyNotAsk = asked.length === 0 ? 'No cloud that has kernels has credentials yet.' : undefined;
	const refresh = () =>
		act(
			`Asking ${asked.map(({name}) => name).join(', ')} for ${kind}s`,
			async () => Promise.allSettled(asked.map(async ({name}) => d2cm.kernelsOf(name))),
			answers => {
				const refusals = answers.filter(({status}) => status === 'rejected');
				const [refusal] = refusals;
				// What came of the others is in the list already.
				if (refusal?.status === 'rejected') throw refusal.reason;
				say(`${answers.length === 1 ? 'The cloud has' : `${answers.length} clouds have`} been asked.`);
			},
		);
	const rows = useDatabase().kernels.filter(kernel => kernel.kind === kind);
	const none = `There is no ${kind} yet.`;
	return (
		<ListScreen
			heading={kind === 'kernel' ? 'Kernels' : 'Ramdisks'}
			name={`${kind}s`}
			rows={rows}
			keyOf={({cloud, id}) => `${cloud} ${id}`}
			columns={kind === 'kernel' ? columns : columns.slice(0, -1)}
			empty={{
				text: none,
				hint: `Press r to ask the clouds, n to add one by hand. Only older Eucalyptus and EC2 clouds need them; the local cloud and today's Amazon do not.`,
			}}
			removal={({cloud, id}) => ({
				question: `Forget the ${kind} ${id} of ${cloud}?`,
				details: ['The cloud keeps it; it can be added again.'],
				remove: () => d2cm.removeKernel(cloud, id),
				done: `${id} is no longer known.`,
			})}
			keys={selected => [
				{key: 'r', label: 'Ask the clouds', disabledReason: whyNotAsk, run: refresh},
				{key: 'n', label: 'New', run: () => open({screen: 'kernel-form', kind})},
				{
					key: ['e', 'enter'],
					label: 'Edit',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'kernel-form', kind, id: selected.id, cloud: selected.cloud}),
				},
			]}
		/>
	);
}
