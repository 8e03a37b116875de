import {formatBytes} from '../engine/host/format-bytes.js';
import type {ImageEntry} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';
import {verdictColor, verdictText} from './parts/verdict.js';

const columns: readonly Column<ImageEntry>[] = [
	{title: 'Name', width: 16, text: ({name}) => name},
	{title: 'Verdict', width: 13, text: ({verdict}) => verdictText(verdict), color: ({verdict}) => verdictColor(verdict)},
	{title: 'System', width: 20, text: ({os}) => os},
	{title: 'Size', width: 9, align: 'right', text: ({virtualBytes}) => formatBytes(virtualBytes)},
	{title: 'File', text: ({file}) => file},
];

/** The desktop disks D2CM knows, and whether they would run in a cloud. */
export function ImagesScreen() {
	const d2cm = useD2cm();
	const {images, templates} = useDatabase();
	const {open} = useRoute();
	const none = 'There is no image yet.';
	const needsOne = (selected: ImageEntry | undefined) => (selected === undefined ? none : undefined);
	return (
		<ListScreen
			heading="Images"
			name="images"
			rows={images}
			keyOf={({name}) => name}
			columns={columns}
			empty={{
				text: none,
				hint: 'Press n to add the VDI file of a VirtualBox machine. It is only read, never written to.',
			}}
			removal={({name, file}) => {
				const users = templates.filter(({roles}) => roles.some(({image}) => image === name));
				return {
					question: `Forget the image ${name}?`,
					details: [
						`The file ${file} is not touched.`,
						...(users.length === 0
							? []
							: [`Templates that use it: ${users.map(template => template.name).join(', ')}.`]),
					],
					remove: () => d2cm.removeImage(name),
					done: `The image ${name} is no longer known.`,
				};
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'image-form'})},
				{
					key: 'enter',
					label: 'Inspect',
					disabledReason: needsOne(selected),
					run: () => selected && open({screen: 'image', name: selected.name}),
				},
				{
					key: 'm',
					label: 'Migrate',
					disabledReason:
						needsOne(selected) ??
						(selected?.verdict === 'cannot-run'
							? `${selected.name} cannot run in a cloud; Enter says why.`
							: undefined),
					run: () => selected && open({screen: 'migration-form', image: selected.name}),
				},
			]}
		/>
	);
}
